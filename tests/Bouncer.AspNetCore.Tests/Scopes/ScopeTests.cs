using System.Net;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Scopes;

/// <summary>Clients known by more than their address: a user's name, and what an application finds out itself.</summary>
public sealed class ScopeTests
{
    private const string Trusted = "192.0.2.200";

    [Theory]
    [InlineData("alice", "ban", 403)]
    [InlineData("alice", "captcha", 418)]
    [InlineData("alice", "throttle", 418)]
    [InlineData("Alice", "ban", 200)]
    [InlineData("bob", "ban", 200)]
    [InlineData(null, "ban", 200)]
    public async Task Username_OfADecision_IsTreatedAsItSays(string? user, string type, int status)
    {
        await using var site = await StartAsync(lapi => lapi.Decide(DecisionScope.Username, "alice", new Remediation(type)));
        using var answer = await SendAsync(site, user);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, site.Reached);
        Assert.Equal(status == 418, await answer.Content.ReadAsStringAsync() == type);
    }

    [Theory]
    [InlineData("captcha", "throttle", "captcha")]
    [InlineData("throttle", "captcha", "captcha")]
    [InlineData("none", "captcha", "captcha")]
    public async Task AddressAndUser_BothDecidedOn_TheStrongerCounts(string ofAddress, string ofUser, string done)
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(DecisionScope.Username, "alice", new Remediation(ofUser)).Decide(TestSite.Clean, new Remediation(ofAddress));
        await using var site = await StartAsync(decisions);
        using var answer = await SendAsync(site, "alice");
        Assert.Equal(done, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AddressAndUser_ClearedOfTheStronger_TheWeakerStillCounts()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Throttle).Decide(TestSite.Clean, new Remediation("tarpit"));
        await using var site = await StartAsync(decisions, bouncer: b => b.AddRemediation<ClearingHandler>(new Remediation("tarpit"), 150));
        using var alice = await SendAsync(site, "alice");
        using var bob = await SendAsync(site, "bob");
        Assert.Equal("throttle", await alice.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, bob.StatusCode);
    }

    [Fact]
    public async Task UserWithSeveralDecisions_PolicyMitigatesTheStrongest_TheNextCounts()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Captcha, Remediation.Throttle);
        await using var site = await StartAsync(
            decisions,
            bouncer: b => b.AddPolicy("open", policy => policy.Map(Remediation.Captcha, Remediation.None)),
            pipeline: app => app.MapGet("/open", () => "open").RequireBouncer("open"));
        using var answer = await SendAsync(site, "alice", path: "/open");
        Assert.Equal("throttle", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AddressAndUser_PolicyMitigatesTheAddress_TheUsersDecisionCounts()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Captcha).Ban(TestSite.Clean);
        await using var site = await StartAsync(
            decisions,
            bouncer: b => b.AddPolicy("mild", policy => policy.Map(Remediation.Ban, Remediation.Throttle)),
            pipeline: app => app.MapGet("/mild", () => "mild").RequireBouncer("mild"));
        using var alice = await SendAsync(site, "alice", path: "/mild");
        using var bob = await SendAsync(site, "bob", path: "/mild");
        Assert.Equal("captcha", await alice.Content.ReadAsStringAsync());
        Assert.Equal("throttle", await bob.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task AddressBanned_CostsNoAuthentication()
    {
        await using var site = await StartAsync(lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Mfa));
        using var answer = await SendAsync(site, "alice", TestSite.Banned);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(0, CallsOf(site));
    }

    /// <summary>Only once the ban did not refuse, and then every scope once.</summary>
    [Fact]
    public async Task F3_AddressBannedAndLetPass_TheUserIsFoundThen()
    {
        await using var site = await StartAsync(
            lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Captcha),
            bouncer: b => b.ConfigureHttp(http => http.OnRemediating = context =>
                new(context.HttpContext.Request.Path == "/appeal" && context.Remediation == Remediation.Ban ? Remediation.None : context.Remediation)));
        using var refused = await SendAsync(site, "alice", TestSite.Banned);
        Assert.Equal((HttpStatusCode.Forbidden, 0), (refused.StatusCode, CallsOf(site)));
        using var answer = await SendAsync(site, "alice", TestSite.Banned, "/appeal");
        Assert.Equal(("captcha", 1), (await answer.Content.ReadAsStringAsync(), CallsOf(site)));
    }

    [Fact]
    public async Task F3_AddressBannedAndLetPass_EveryScopeIsMatched()
    {
        await using var site = await StartAsync(
            lapi => lapi.Decide(DecisionScope.Username, "bob", Remediation.Throttle).Decide(DecisionScope.Country, "appeal", Remediation.Captcha),
            bouncer: b => b.AddScopeResolver<CountryByPath>(DecisionScope.Country).ConfigureHttp(http => http.OnRemediating = context =>
                new(context.Remediation == Remediation.Ban ? Remediation.None : context.Remediation)));
        using var answer = await SendAsync(site, "alice", TestSite.Banned, "/appeal");
        Assert.Equal("captcha", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task NoDecisionOfTheScope_CostsNoAuthentication()
    {
        await using var site = await StartAsync(lapi => lapi.Decide(DecisionScope.Country, "FR", Remediation.Ban), bouncer: Pull(DecisionScope.Country));
        Assert.True(site.App.Services.GetRequiredService<IBouncer>().HasDecisions(DecisionScope.Country));
        using var answer = await SendAsync(site, "alice");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, CallsOf(site));
    }

    [Fact]
    public async Task TrustedNetwork_UserDecidedOn_TheUsersDecisionApplies()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Ban);
        await using var site = await StartAsync(decisions);
        using var alice = await SendAsync(site, "alice", Trusted);
        using var bob = await SendAsync(site, "bob", Trusted);
        Assert.Equal(HttpStatusCode.Forbidden, alice.StatusCode);
        Assert.Equal(HttpStatusCode.OK, bob.StatusCode);
    }

    [Fact]
    public async Task BypassedEndpoint_IsNotMatched()
    {
        await using var site = await StartAsync(
            lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Ban),
            pipeline: app => app.MapGet("/healthz", () => "fine").BypassBouncer());
        using var answer = await SendAsync(site, "alice", path: "/healthz");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, CallsOf(site));
    }

    [Fact]
    public async Task ClaimTypeNotSet_NoUserNameIsRead()
    {
        await using var site = await StartAsync(
            lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Ban), claim: null, bouncer: Pull(DecisionScope.Username));
        Assert.True(site.App.Services.GetRequiredService<IBouncer>().HasDecisions(DecisionScope.Username));
        using var answer = await SendAsync(site, "alice");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, CallsOf(site));
    }

    [Fact]
    public async Task ApplicationWithoutAuthentication_HasNoSignedInUser()
    {
        await using var site = await TestSite.StartAsync(
            b => b.ConfigureHttp(o => o.Mfa.UserNameClaim = "name"), decisions: lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Ban));
        using var answer = await SendAsync(site, "alice");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task AddScopeResolver_OfTheApplication_IsMatchedInAdditionToTheUser()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(DecisionScope.Country, "FR", Remediation.Captcha).Decide(DecisionScope.Username, "alice", Remediation.Throttle);
        await using var site = await StartAsync(decisions, bouncer: b => b.AddScopeResolver<CountryByPath>(DecisionScope.Country));
        using var both = await SendAsync(site, "alice", path: "/FR");
        using var user = await SendAsync(site, "alice", path: "/SE");
        using var neither = await SendAsync(site, "bob", path: "/SE");
        Assert.Equal("captcha", await both.Content.ReadAsStringAsync());
        Assert.Equal("throttle", await user.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, neither.StatusCode);
    }

    [Theory]
    [InlineData("none", TestSite.Clean, 200)]
    [InlineData("ban", TestSite.Clean, 403)]
    [InlineData("ban", Trusted, 200)]
    [InlineData("none", TestSite.Banned, 403)]
    public async Task ResolverThrows_WhenUnavailableDecides(string whenUnavailable, string client, int status)
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(DecisionScope.Country, "FR", Remediation.Captcha);
        await using var site = await StartAsync(
            decisions, bouncer: b => b.AddScopeResolver<CountryByPath>(DecisionScope.Country).ConfigureHttp(o => o.WhenUnavailable = whenUnavailable));
        using var answer = await SendAsync(site, null, client, "/throw");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(client == TestSite.Banned ? 0 : 1, site.Logs.Count(EventIds.ScopeUnresolved));
        Assert.DoesNotContain(site.Logs.Lines, line => line.Text.Contains(client, StringComparison.Ordinal));
    }

    [Fact]
    public async Task DryRun_UserDecidedOn_IsRecordedAndPasses()
    {
        await using var site = await StartAsync(
            lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Ban),
            bouncer: b => b.ConfigureHttp(o => o.DryRun = true),
            pipeline: app => app.MapGet("/verdict", (HttpContext context) => context.GetBouncerVerdict().Remediation.Name));
        using var answer = await SendAsync(site, "alice", path: "/verdict");
        Assert.Equal("ban", await answer.Content.ReadAsStringAsync());
        Assert.Equal(1, site.Logs.Count(EventIds.DryRun));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(null, "name", "ip,range,username")]
    [InlineData("", "name", "ip,range,username")]
    [InlineData("ip", "name", "ip,username")]
    [InlineData("Username,ip", "name", "Username,ip")]
    [InlineData("ip,country", null, "ip,country")]
    public void Scopes_WithAResolver_AreRequestedFromLapi(string? set, string? claim, string? asked)
    {
        var services = new ServiceCollection();
        services.AddBouncer(options =>
        {
            options.Lapi.Url = new Uri("http://127.0.0.1:1/");
            options.Lapi.ApiKey = "key";
            options.Sync.Scopes = set?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        }).ConfigureHttp(options => options.Mfa.UserNameClaim = claim);
        using var provider = services.BuildServiceProvider();
        var scopes = provider.GetRequiredService<IOptions<BouncerOptions>>().Value.Sync.Scopes;
        Assert.Equal(asked, scopes is null ? null : string.Join(',', scopes));
    }

    [Fact]
    public void AddScopeResolver_ForAddresses_Throws()
    {
        var builder = new ServiceCollection().AddBouncer(_ => { });
        var error = Assert.Throws<ArgumentException>(() => builder.AddScopeResolver<CountryByPath>(DecisionScope.Range));
        Assert.Contains("SetClientAddressResolver", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HttpSettingsInvalid_TheirErrorsAreStillToldOnce()
    {
        var services = new ServiceCollection();
        services.AddBouncer(_ => { }).ConfigureHttp(options => options.Mfa.MaxAge = TimeSpan.Zero);
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<AggregateException>(provider.GetRequiredService<IStartupValidator>().Validate);
        Assert.Equal(2, error.InnerExceptions.Count);
        Assert.Single(error.InnerExceptions.Cast<OptionsValidationException>().SelectMany(each => each.Failures), failure => failure.Contains("Mfa:MaxAge", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Invoke_ResolversButNoDecisionOfTheirScopes_AllocatesNothing()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics();
        services.AddBouncer(options =>
        {
            options.Lapi.Url = new Uri("http://127.0.0.1:1/");
            options.Lapi.ApiKey = "key";
        }).ConfigureHttp(options => options.Mfa.UserNameClaim = "name").AddScopeResolver<CountryByPath>(DecisionScope.Country);
        await using var provider = services.BuildServiceProvider();
        var middleware = ActivatorUtilities.CreateInstance<BouncerMiddleware>(
            provider, (RequestDelegate)(_ => Task.CompletedTask), new BouncerServices(provider, null));
        Assert.Equal(0, new PooledRequest(TestSite.Clean).Allocated(middleware.Invoke));
    }

    private static Task<TestSite> StartAsync(
        Action<DecisionDatabase> decisions, string? claim = "name", Action<IBouncerBuilder>? bouncer = null, Action<WebApplication>? pipeline = null) => TestSite.StartAsync(
        b =>
        {
            b.AddRemediation<NamingHandler>(Remediation.Captcha, 200).AddRemediation<NamingHandler>(Remediation.Throttle, 100);
            b.ConfigureHttp(options => options.Mfa.UserNameClaim = claim).Services.Configure<BouncerOptions>(options => options.TrustedNetworks = [Trusted]);
            bouncer?.Invoke(b);
        },
        app =>
        {
            // A WebApplication authenticates before everything else, unless the application does so itself: here it never does.
            ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
            TestSite.DefaultPipeline(app);
            pipeline?.Invoke(app);
        },
        builder => HeaderAuthentication.Add(builder.Services),
        decisions);

    private static Action<IBouncerBuilder> Pull(DecisionScope scope) =>
        b => b.Services.Configure<BouncerOptions>(options => options.Sync.Scopes = ["ip", scope.Name]);

    private static int CallsOf(TestSite site) => site.App.Services.GetRequiredService<HeaderAuthentication.Calls>().Made;

    private static async Task<HttpResponseMessage> SendAsync(TestSite site, string? user, string client = TestSite.Clean, string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-For", client);
        if (user is not null)
        {
            request.Headers.Add(HeaderAuthentication.Header, user);
        }

        return await site.Http1.SendAsync(request);
    }

    private sealed class CountryByPath : IScopeResolver
    {
        public ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken) =>
            context.Request.Path == "/throw" ? throw new InvalidOperationException("no database") : new(context.Request.Path.Value![1..]);
    }

    private sealed class ClearingHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => new(RemediationResult.Cleared);
    }
}
