using System.Net.Http.Headers;
using Bouncer.AspNetCore.Tests.Fakes;
using Bouncer.AspNetCore.Tests.Remediations.Captcha;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Enforcement;

/// <summary>F3, F8: what every combination of decisions on one client comes to, for every kind of request. A stronger decision
/// never lifts a weaker one.</summary>
public sealed class RemediationTableTests
{
    private static readonly Remediation Tarpit = new("tarpit");

    /// <summary>From the strongest to the weakest, as <see cref="FakeBouncer"/> has them.</summary>
    private static readonly Remediation[] Order = [Remediation.Ban, Remediation.Mfa, Remediation.Captcha, Tarpit, Remediation.Throttle];

    /// <summary>What each remediation alone gives each kind of request; null lets it go on. The throttle, which is last, lets
    /// one request of each client go on.</summary>
    private static readonly Dictionary<string, Dictionary<Remediation, string?>> Alone = new()
    {
        ["GET"] = Row("403", "303", "403", "418", "429"),
        ["open path"] = Row("403", null, "403", null, "429"),
        ["preflight"] = Row("403", null, null, "418", "429"),
        ["own page"] = Row("403", null, null, "418", "429"),
        ["HEAD"] = Row("403", "303", "403", "418", "429"),
        ["WebSocket"] = Row("403", "401", "403", "418", "429"),
        ["gRPC"] = Row("grpc 7", "grpc 16", "grpc 7", "418", "grpc 8"),
    };

    public static TheoryData<string> Kinds => [.. Alone.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task EveryCombination_GivesWhatItsStrongestRefusalGives(string kind)
    {
        var engine = new FakeBouncer();
        await using var site = await StartAsync(engine);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site.Http1.BaseAddress };
        List<string> expected = [], found = [];
        for (var chosen = 0; chosen < 1 << Order.Length; chosen++)
        {
            var client = $"198.51.100.{chosen}";
            Remediation[] held = [.. Order.Where((_, at) => (chosen & (1 << at)) != 0)];
            engine.Decide(client, [.. held.Select(remediation => FakeBouncer.VerdictOf(remediation))]);
            foreach (var isFirst in new[] { true, false })
            {
                var name = $"{string.Join('+', held)} {(isFirst ? "once" : "again")}: ";
                expected.Add(name + Expected(kind, held, isFirst));
                found.Add(name + await SendAsync(http, kind, client));
            }
        }

        Assert.Equal(expected, found);
    }

    /// <summary>The strongest one that refuses decides, and those before it were asked.</summary>
    private static string Expected(string kind, Remediation[] held, bool isFirst)
    {
        List<string> asked = [];
        var isOwn = kind == "own page";
        foreach (var remediation in held)
        {
            if (isOwn && IsChallenge(remediation))
            {
                continue;
            }

            asked.Add(remediation.Name);
            if (Alone[kind][remediation] is { } refusal && !(remediation == Remediation.Throttle && isFirst))
            {
                return $"{refusal} ({string.Join(' ', asked)})";
            }
        }

        // The page itself stands in place of the strongest challenge that sends clients there; the others go on from it.
        var challenge = held.FirstOrDefault(IsChallenge);
        if (isOwn && !challenge.IsNone)
        {
            asked.Add(challenge.Name);
        }

        return $"{(!isOwn ? "200" : challenge.IsNone ? "303" : "403")} ({string.Join(' ', asked)})";
    }

    [Fact]
    public async Task F3_SecondFactorOfAUser_DoesNotLiftTheThrottleOfItsAddress()
    {
        var engine = new FakeBouncer().Decide("198.51.100.1", Remediation.Throttle).Decide(DecisionScope.Username, "alice", Remediation.Mfa);
        await using var site = await StartAsync(engine);
        using var http = new HttpClient { BaseAddress = site.Http1.BaseAddress };
        Assert.Equal("200 (mfa throttle)", await SendAsync(http, "open path", "198.51.100.1"));
        Assert.Equal("429 (mfa throttle)", await SendAsync(http, "open path", "198.51.100.1"));
    }

    [Fact]
    public async Task Application_IsToldOfTheStrongestThatIsNotSatisfied()
    {
        BouncerVerdict? told = null;
        var engine = new FakeBouncer().Decide("198.51.100.1", FakeBouncer.VerdictOf(Remediation.Mfa), FakeBouncer.VerdictOf(Remediation.Throttle));
        await using var site = await StartAsync(engine, context => told = context.GetBouncerVerdict());
        Assert.Equal("200 (mfa throttle)", await SendAsync(site.Http1, "open path", "198.51.100.1"));
        Assert.Equal(Remediation.Mfa, told?.Remediation);
    }

    [Theory]
    [InlineData("Origin: https://app.example", "Access-Control-Request-Method: PUT", "", 200)]
    [InlineData("Origin: https://app.example", "Access-Control-Request-Method:", "", 403)]
    [InlineData("Origin: https://app.example", "X-Other: 1", "", 403)]
    [InlineData("Origin:", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("X-Other: 1", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("Origin: https://app.example", "Access-Control-Request-Method: PUT\nAccess-Control-Request-Method: GET", "", 403)]
    [InlineData("Origin: https://app.example\nContent-Length: 1", "Access-Control-Request-Method: PUT", "x", 403)]
    [InlineData("Origin: https://app.example\nContent-Length: 0", "Access-Control-Request-Method: PUT", "", 200)]
    [InlineData("Origin: https://app.example\nTransfer-Encoding: chunked", "Access-Control-Request-Method: PUT", "0\n\n", 403)]
    public async Task F8_Preflight_IsOneOnlyIfItAsksSomethingAndHasNoBody(string origin, string method, string body, int status)
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.Site.SendRawAsync(
            $"OPTIONS / HTTP/1.1\nHost: x\nX-Forwarded-For: {CaptchaSite.Suspect}\nConnection: close\n{origin}\n{method}\n\n{body}");
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_ThatLetsOneRemediationPass_DoesNotLiftTheWeakerOne()
    {
        var engine = new FakeBouncer().Decide("198.51.100.1", FakeBouncer.VerdictOf(Remediation.Ban), FakeBouncer.VerdictOf(Tarpit));
        await using var site = await StartAsync(engine, hook: context => context.Remediation = context.Remediation == Remediation.Ban ? Remediation.None : context.Remediation);
        Assert.Equal("418 (ban tarpit)", await SendAsync(site.Http1, "GET", "198.51.100.1"));
    }

    /// <summary>What the hook makes of one decision is carried out once, also if there is a decision for it besides.</summary>
    [Fact]
    public async Task Hook_ThatMakesAWeakerOne_CarriesItOutOnce()
    {
        var engine = new FakeBouncer().Decide("198.51.100.1", FakeBouncer.VerdictOf(Remediation.Ban), FakeBouncer.VerdictOf(Remediation.Throttle));
        await using var site = await StartAsync(engine, hook: context => context.Remediation = Remediation.Throttle);
        Assert.Equal("200 (ban)", await SendAsync(site.Http1, "GET", "198.51.100.1"));
        Assert.Equal("429 (ban)", await SendAsync(site.Http1, "GET", "198.51.100.1"));
    }

    private static bool IsChallenge(Remediation remediation) => remediation == Remediation.Mfa || remediation == Remediation.Captcha;

    private static Dictionary<Remediation, string?> Row(params string?[] answers) =>
        Order.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second);

    private static Task<TestSite> StartAsync(FakeBouncer engine, Action<HttpContext>? look = null, Action<RemediatingContext>? hook = null) => TestSite.StartAsync(
        bouncer => bouncer.AddRemediation<TarpitHandler>(Tarpit, 150).ConfigureHttp(http =>
        {
            http.Throttle.PermitLimit = 1;
            http.Throttle.Window = TimeSpan.FromHours(1);
            http.Captcha.Provider = TrivialProvider.ProviderName;
            http.Mfa.StepUpPath = "/step-up";
            http.Mfa.OpenPaths = ["/open"];
            http.Mfa.UserNameClaim = "name";
            http.OnRemediating = (context, _) =>
            {
                context.HttpContext.Response.Headers.Append("X-Asked", context.Remediation.Name);
                hook?.Invoke(context);
                return ValueTask.CompletedTask;
            };
        }),
        app =>
        {
            TestSite.DefaultPipeline(app);
            app.Use((context, next) =>
            {
                look?.Invoke(context);
                return next(context);
            });
        },
        builder =>
        {
            builder.Services.AddSingleton<ICaptchaProvider>(new TrivialProvider());
            builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
            HeaderAuthentication.Add(builder.Services);
        },
        engine);

    private static async Task<string> SendAsync(HttpClient http, string kind, string client)
    {
        using var request = new HttpRequestMessage(MethodOf(kind), kind switch { "open path" => "/open/login", "own page" => "/.bouncer/captcha", _ => "/" });
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        request.Headers.TryAddWithoutValidation("Accept", CaptchaSite.Browser);
        request.Headers.TryAddWithoutValidation(HeaderAuthentication.Header, "alice");
        if (kind == "preflight")
        {
            request.Headers.Add("Origin", "https://app.example");
            request.Headers.Add("Access-Control-Request-Method", "PUT");
        }
        else if (kind == "WebSocket")
        {
            request.Headers.Add("Connection", "Upgrade");
            request.Headers.Add("Upgrade", "websocket");
        }
        else if (kind == "gRPC")
        {
            request.Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var asked = answer.Headers.TryGetValues("X-Asked", out var values) ? string.Join(' ', values) : "";
        return answer.Headers.TryGetValues("grpc-status", out var grpc) ? $"grpc {grpc.Single()} ({asked})" : $"{(int)answer.StatusCode} ({asked})";
    }

    private static HttpMethod MethodOf(string kind) => kind switch
    {
        "preflight" => HttpMethod.Options,
        "HEAD" => HttpMethod.Head,
        "gRPC" => HttpMethod.Post,
        _ => HttpMethod.Get,
    };

    /// <summary>Refuses everything but what goes to an open path.</summary>
    private sealed class TarpitHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            if (context.HttpContext.Request.Path.StartsWithSegments("/open"))
            {
                return new(RemediationResult.Continue);
            }

            context.HttpContext.Response.StatusCode = StatusCodes.Status418ImATeapot;
            return new(RemediationResult.Handled);
        }
    }
}
