using System.Net;
using System.Net.Http.Headers;
using Bouncer.AspNetCore.Tests.Captcha;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>F3, F8: what every combination of decisions on one client comes to, for every kind of request. A stronger decision
/// never lifts a weaker one.</summary>
public sealed class RemediationTableTests
{
    private static readonly Remediation Tarpit = new("tarpit");

    /// <summary>From the strongest to the weakest.</summary>
    private static readonly Remediation[] Order = [Remediation.Ban, Remediation.Mfa, Remediation.Captcha, Tarpit, Remediation.Throttle];

    /// <summary>The 400 for an address that cannot be determined: before all of them.</summary>
    private static readonly Remediation Refuse = new("refuse");

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

    /// <summary>Every set of them, none and all included.</summary>
    private static IEnumerable<Remediation[]> Sets =>
        Enumerable.Range(0, 1 << Order.Length).Select(chosen => Order.Where((_, at) => (chosen & (1 << at)) != 0).ToArray());

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task EveryCombination_GivesWhatItsStrongestRefusalGives(string kind)
    {
        await using var site = await StartAsync(lapi => DecideEachSet((held, number) => lapi.Decide($"198.51.100.{number}", held)));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site.Http1.BaseAddress };
        List<string> expected = [], found = [];
        foreach (var (held, number) in Sets.Select((held, number) => (held, number)))
        {
            var client = $"198.51.100.{number}";
            foreach (var isFirst in new[] { true, false })
            {
                var name = $"{string.Join('+', held)} {(isFirst ? "once" : "again")}: ";
                expected.Add(name + Expected(kind, held, isFirst));
                found.Add(name + await SendAsync(http, kind, client));
            }
        }

        Assert.Equal(expected, found);
    }

    private static void DecideEachSet(Action<Remediation[], int> decide)
    {
        foreach (var (held, number) in Sets.Select((held, number) => (held, number)))
        {
            decide(held, number);
        }
    }

    /// <summary>The strongest one that refuses decides, and those before it were asked.</summary>
    private static string Expected(string kind, Remediation[] held, bool isFirst)
    {
        List<string> asked = [];
        foreach (var remediation in held)
        {
            asked.Add(remediation.Name);
            if ((remediation == Refuse ? BadRequest(kind) : Alone[kind][remediation]) is { } refusal && !(remediation == Remediation.Throttle && isFirst))
            {
                return $"{refusal} ({string.Join(' ', asked)})";
            }
        }

        // Whom no challenge sent to the page goes on from it.
        return $"{(kind != "own page" ? "200" : held.Any(IsChallenge) ? "403" : "303")} ({string.Join(' ', asked)})";
    }

    /// <summary>What is done to an address that nothing is known of, or that cannot be determined, is lifted by no decision on the
    /// user; nor is the 400, whatever the fallback is.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task F3_DecisionsOnAUser_DoNotLiftWhatIsDoneWithoutADecision(string kind)
    {
        foreach (var without in Order)
        {
            await CompareAsync(
                kind,
                without,
                "198.51.100.1",
                http => http.WhenUnavailable = without.Name,
                EngineState.Stale);
            await CompareAsync(kind, without, "unknown", http => http.WhenUnresolved = without.Name);
        }

        foreach (var fallback in new[] { Remediation.None, Remediation.Throttle, Remediation.Captcha, Remediation.Ban })
        {
            await CompareAsync(kind, Refuse, "unknown", _ => { }, fallback: fallback);
        }
    }

    /// <summary>Has users with every set of decisions come, each with one of type allow besides.</summary>
    private static async Task CompareAsync(
        string kind, Remediation without, string client, Action<BouncerHttpOptions> options, EngineState state = EngineState.Synchronized, Remediation? fallback = null)
    {
        await using var site = await StartAsync(
            lapi => DecideEachSet((held, number) => lapi.Decide(DecisionScope.Username, $"user{number}", [.. held, Remediation.None])),
            options: options,
            fallback: fallback,
            state: state);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site.Http1.BaseAddress };
        List<string> expected = [], found = [];
        var isThrottled = false;
        foreach (var (held, number) in Sets.Select((held, number) => (held, number)))
        {
            var user = $"user{number}";
            Remediation[] all = without == Refuse ? [Refuse, .. held] : [.. Order.Where(one => one == without || held.Contains(one))];
            var name = $"{without} without a decision, fallback {fallback}, user with {string.Join('+', held)}: ";
            expected.Add(name + Expected(kind, all, !isThrottled));
            found.Add(name + await SendAsync(http, kind, client, user));
            isThrottled |= expected[^1].Contains(Remediation.Throttle.Name + ')', StringComparison.Ordinal);
        }

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("throttle")]
    public async Task F3_BadRequest_IsNotSoftenedByAPolicy(string cap)
    {
        await using var site = await StartAsync(
            lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.None),
            options: http => http.Policies["default"] = new BouncerPolicyOptions { Maximum = cap, Map = { ["refuse"] = "none" } });
        Assert.Equal("400 (refuse)", await SendAsync(site.Http1, "GET", "unknown"));
    }

    /// <summary>A ban that a hook, or a handler of the application's own, lets pass leaves the decisions on the user in force.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task F3_BanThatIsLetPass_DoesNotLiftTheDecisionsOnAUser(string kind)
    {
        foreach (var isByHook in new[] { true, false })
        {
            await using var site = await StartAsync(
                lapi => DecideEachSet((held, number) => lapi.Ban("198.51.100.1").Decide(DecisionScope.Username, $"user{number}", held)),
                hook: remediation => isByHook && remediation == Remediation.Ban ? Remediation.None : remediation,
                bouncer: isByHook ? null : bouncer => bouncer.AddRemediation<PassingHandler>(Remediation.Ban, 1000));
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = site.Http1.BaseAddress };
            List<string> expected = [], found = [];
            var isThrottled = false;
            foreach (var (held, number) in Sets.Select((held, number) => (held, number)))
            {
                var user = $"user{number}";
                var name = $"ban let pass by {(isByHook ? "hook" : "handler")}, user with {string.Join('+', held)}: ";
                var below = Expected(kind, [.. held.Where(remediation => remediation != Remediation.Ban)], !isThrottled);
                expected.Add(name + below.Replace("(", "(ban ", StringComparison.Ordinal).Replace(" )", ")", StringComparison.Ordinal));
                found.Add(name + await SendAsync(http, kind, "198.51.100.1", user));
                isThrottled |= expected[^1].Contains(Remediation.Throttle.Name + ')', StringComparison.Ordinal);
            }

            Assert.Equal(expected, found);
        }
    }

    /// <summary>A captcha that a hook asks for in place of a ban can be solved.</summary>
    [Fact]
    public async Task F3_HookMakesABanACaptcha_ItsPageLetsTheClientProveIt()
    {
        await using var site = await CaptchaSite.StartAsync(http => http.OnRemediating = context =>
            new(context.Remediation == Remediation.Ban ? Remediation.Captcha : context.Remediation));
        var client = ("X-Forwarded-For", TestSite.Banned);
        var asked = await site.GetAsync("/", client);
        Assert.Equal((HttpStatusCode.Forbidden, true), (asked.Status, asked.Body.Contains("<form", StringComparison.Ordinal)));
        var cookie = await site.ClearAsync(TestSite.Banned);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/", client, ("Cookie", cookie))).Status);
    }

    /// <summary>The reverse: also for a challenge that is not the one the page would be shown for.</summary>
    [Theory]
    [InlineData("captcha")]
    [InlineData("captcha,mfa")]
    [InlineData("mfa,captcha")]
    public async Task F3_HookMakesAChallengeABan_NoPageIsShown(string decisions)
    {
        await using var site = await CaptchaSite.StartAsync(http => http.OnRemediating = context =>
            new(context.Remediation == Remediation.Captcha ? Remediation.Ban : context.Remediation));
        await site.Site.DecideAsync(CaptchaSite.Suspect, [.. decisions.Split(',').Select(name => new Remediation(name))]);
        foreach (var answer in new[] { await site.GetAsync("/.bouncer/captcha"), await site.PostAsync("right") })
        {
            Assert.Equal((HttpStatusCode.Forbidden, false, (string?)null), (answer.Status, answer.Body.Contains("<form", StringComparison.Ordinal), answer.Cookie));
        }
    }

    /// <summary>Of two decisions that come to the same the newer one is what a solution must count for.</summary>
    [Fact]
    public async Task F3_HookMakesABanACaptchaWithANewerOne_OneSolutionCountsForBoth()
    {
        await using var site = await CaptchaSite.StartAsync(http => http.OnRemediating = _ => new(Remediation.Captcha));
        await site.Site.DecideAsync(CaptchaSite.Suspect, Remediation.Ban, Remediation.Captcha);
        var cookie = await site.ClearAsync();
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/", ("Cookie", cookie))).Status);
        await site.Site.ChangeAsync(lapi => lapi.RemoveWhere(row => row is { Value: CaptchaSite.Suspect, Type: "ban" }));
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/", ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task F3_SecondFactorOfAUser_DoesNotLiftTheThrottleOfItsAddress()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide("198.51.100.1", Remediation.Throttle).Decide(DecisionScope.Username, "alice", Remediation.Mfa);
        await using var site = await StartAsync(decisions);
        using var http = new HttpClient { BaseAddress = site.Http1.BaseAddress };
        Assert.Equal("200 (mfa throttle)", await SendAsync(http, "open path", "198.51.100.1"));
        Assert.Equal("429 (mfa throttle)", await SendAsync(http, "open path", "198.51.100.1"));
    }

    [Fact]
    public async Task Application_IsToldOfTheStrongestThatIsNotSatisfied()
    {
        BouncerVerdict? told = null;
        Action<DecisionDatabase> decisions = lapi => lapi.Decide("198.51.100.1", Remediation.Mfa, Remediation.Throttle);
        await using var site = await StartAsync(decisions, context => told = context.GetBouncerVerdict());
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
    [InlineData("Origin: https://app.example\nX-HTTP-Method-Override: DELETE", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("Origin: https://app.example\nx-http-method: DELETE", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("Origin: https://app.example\nX-Method-Override: DELETE", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("Origin: https://app.example\nX_HTTP_Method_Override: DELETE", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("Origin: https://app.example\nX.HTTP-Method: DELETE", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("Origin: https://app.example\nUpgrade: websocket", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("Origin: https://app.example\nUpgrade: other/1", "Access-Control-Request-Method: PUT", "", 403)]
    [InlineData("Origin: https://app.example\nContent-Type: text/plain", "Access-Control-Request-Method: PUT", "", 403)]
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
        Action<DecisionDatabase> decisions = lapi => lapi.Decide("198.51.100.1", Remediation.Ban, Tarpit);
        await using var site = await StartAsync(decisions, hook: remediation => remediation == Remediation.Ban ? Remediation.None : remediation);
        Assert.Equal("418 (ban tarpit)", await SendAsync(site.Http1, "GET", "198.51.100.1"));
    }

    /// <summary>What the hook makes of one decision is carried out once, also if there is a decision for it besides.</summary>
    [Fact]
    public async Task Hook_ThatMakesAWeakerOne_CarriesItOutOnce()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide("198.51.100.1", Remediation.Ban, Remediation.Throttle);
        await using var site = await StartAsync(decisions, hook: _ => Remediation.Throttle);
        Assert.Equal("200 (ban)", await SendAsync(site.Http1, "GET", "198.51.100.1"));
        Assert.Equal("429 (ban)", await SendAsync(site.Http1, "GET", "198.51.100.1"));
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-web+proto")]
    public async Task F8_Preflight_IsNoCall(string type)
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.Site.SendRawAsync(
            $"OPTIONS / HTTP/1.1\nHost: x\nX-Forwarded-For: {CaptchaSite.Suspect}\nConnection: close\nOrigin: https://app.example\nAccess-Control-Request-Method: PUT\nContent-Type: {type}\n\n");
        Assert.Contains("grpc-status: 7", answer, StringComparison.OrdinalIgnoreCase);
    }

    private static string BadRequest(string kind) => kind == "gRPC" ? "grpc 3" : "400";

    private static bool IsChallenge(Remediation remediation) => remediation == Remediation.Mfa || remediation == Remediation.Captcha;

    private static Dictionary<Remediation, string?> Row(params string?[] answers) =>
        Order.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second);

    private static Task<TestSite> StartAsync(
        Action<DecisionDatabase> decisions,
        Action<HttpContext>? look = null,
        Func<Remediation, Remediation>? hook = null,
        Action<BouncerHttpOptions>? options = null,
        Remediation? fallback = null,
        Action<IBouncerBuilder>? bouncer = null,
        EngineState state = EngineState.Synchronized) => TestSite.StartAsync(
        builder =>
        {
            builder.AddRemediation<TarpitHandler>(Tarpit, 150).AddCaptchaProvider(TrivialProvider.ProviderName, new TrivialProvider()).ConfigureHttp(http => Configure(http, hook, options));
            builder.Services.Configure<BouncerOptions>(core => core.FallbackRemediation = fallback?.Name ?? core.FallbackRemediation);
            bouncer?.Invoke(builder);
        },
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
            builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
            HeaderAuthentication.Add(builder.Services);
        },
        decisions,
        state: state);

    private static void Configure(BouncerHttpOptions http, Func<Remediation, Remediation>? hook, Action<BouncerHttpOptions>? options)
    {
        http.Throttle.PermitLimit = 1;
        http.Throttle.Window = TimeSpan.FromHours(1);
        http.Captcha.Provider = TrivialProvider.ProviderName;
        http.Mfa.StepUpPath = "/step-up";
        http.Mfa.OpenPaths = ["/open"];
        http.Mfa.UserNameClaim = "name";
        http.OnRemediating = context =>
        {
            context.HttpContext.Response.Headers.Append("X-Asked", context.Remediation.Name);
            return new(hook?.Invoke(context.Remediation) ?? context.Remediation);
        };
        options?.Invoke(http);
    }

    private static async Task<string> SendAsync(HttpClient http, string kind, string client, string user = "alice")
    {
        using var request = new HttpRequestMessage(MethodOf(kind), kind switch { "open path" => "/open/login", "own page" => "/.bouncer/captcha", _ => "/" });
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        request.Headers.TryAddWithoutValidation("Accept", CaptchaSite.Browser);
        request.Headers.TryAddWithoutValidation(HeaderAuthentication.Header, user);
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

    private sealed class PassingHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => new(RemediationResult.Continue);
    }

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
