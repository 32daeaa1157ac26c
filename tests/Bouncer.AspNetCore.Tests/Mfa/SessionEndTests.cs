using System.Net;
using System.Security.Claims;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Mfa;

/// <summary>A ticket for a second factor ends with its session, with the framework's own cookie authentication: attack F12.</summary>
public sealed class SessionEndTests
{
    private const string Client = "192.0.2.20";
    private const string Ticket = "bouncer-mfa-";

    private readonly TestClock _clock = new();
    private readonly IDataProtectionProvider _keys = new EphemeralDataProtectionProvider();

    [Theory]
    [InlineData("alice", "")]
    [InlineData("bob", "")]
    [InlineData("alice", "own events")]
    [InlineData("alice", "own, before authentication")]
    public async Task F12_SignedInAgain_TheFormerSessionsTicketIsWorthNothing(string next, string kind)
    {
        await using var site = await StartAsync(kind);
        var browser = new Browser(site);
        await browser.PostAsync("/login?user=alice");
        Assert.Equal(303, await browser.GetAsync());
        await browser.PostAsync("/step-up");
        Assert.Equal(200, await browser.GetAsync());
        var former = browser[Ticket];
        Assert.NotNull(former);

        // Neither the browser nor the application lets go of the ticket.
        await browser.PostAsync("/logout-without-a-word");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await browser.PostAsync("/login?user=" + next);
        Assert.Equal(former, browser[Ticket]);
        Assert.Equal(303, await browser.GetAsync());
        await browser.PostAsync("/step-up");
        Assert.Equal(200, await browser.GetAsync());
    }

    [Fact]
    public async Task F12_Revoked_CopiesAndEarlierTicketsAreWorthNothing()
    {
        await using var site = await StartAsync();
        var browser = new Browser(site);
        await browser.PostAsync("/login?user=alice");
        await browser.PostAsync("/step-up");
        var thief = new Browser(browser);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await browser.PostAsync("/step-up");
        var second = new Browser(browser);
        Assert.Equal((200, 200), (await thief.GetAsync(), await second.GetAsync()));

        await browser.PostAsync("/logout");
        Assert.Null(browser[Ticket]);
        Assert.Equal((303, 303), (await thief.GetAsync(), await second.GetAsync()));

        // Nor does it stand for a captcha.
        await site.DecideAsync(Client, Remediation.Captcha);
        Assert.Equal(403, await thief.GetAsync());
    }

    [Theory]
    [InlineData("/logout", "")]
    [InlineData("/lock", "")]
    [InlineData("/lock", "by name")]
    public async Task F12_RevokedWithoutItsCookie_IsWorthNothing(string revoke, string kind)
    {
        await using var site = await StartAsync(kind);
        var browser = new Browser(site);
        await browser.PostAsync("/login?user=alice");
        await browser.PostAsync("/step-up");
        var thief = new Browser(browser);
        browser[Ticket] = null;
        await browser.PostAsync(revoke);
        Assert.Equal(303, await thief.GetAsync());
    }

    [Theory]
    [InlineData("/logout")]
    [InlineData("/logout-then-revoke")]
    public async Task F12_OtherSessionOfTheUser_KeepsItsTicket(string logout)
    {
        await using var site = await StartAsync();
        var (phone, desk) = (new Browser(site), new Browser(site));
        foreach (var browser in new[] { phone, desk })
        {
            await browser.PostAsync("/login?user=alice");
            await browser.PostAsync("/step-up");
        }

        var copy = new Browser(phone);
        await phone.PostAsync(logout);
        Assert.Equal((303, 200), (await copy.GetAsync(), await desk.GetAsync()));

        // And one session's ticket is of no use to another.
        copy["session"] = desk["session"];
        Assert.Equal(303, await copy.GetAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("by name")]
    public async Task F12_RevokedInASessionThatContinues_IsChallengedAgainOnce(string kind)
    {
        await using var site = await StartAsync(kind);
        var browser = new Browser(site);
        await browser.PostAsync("/login?user=alice");
        await browser.PostAsync("/step-up");
        Assert.Equal(200, await browser.GetAsync());
        var thief = new Browser(browser);
        await browser.PostAsync("/lock");
        Assert.Equal((303, 303), (await browser.GetAsync(), await thief.GetAsync()));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await browser.PostAsync("/step-up");
        Assert.Equal(200, await browser.GetAsync());
    }

    [Fact]
    public async Task F12_RenewedSession_KeepsItsTicketUntilItEnds()
    {
        await using var site = await StartAsync();
        var browser = new Browser(site);
        await browser.PostAsync("/login?user=alice");
        await browser.PostAsync("/step-up");
        var first = browser["session"];
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(200, await browser.GetAsync());
        Assert.NotEqual(first, browser["session"]);
        Assert.Equal(200, await browser.GetAsync());
        await browser.PostAsync("/refresh");
        Assert.Equal(200, await browser.GetAsync());
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(303, await browser.GetAsync());
    }

    [Fact]
    public async Task F12_GrantedByTheSignInItself_CountsInThatSessionAlone()
    {
        await using var site = await StartAsync();
        var browser = new Browser(site);
        await browser.PostAsync("/login-with-code?user=alice");
        Assert.Equal(200, await browser.GetAsync());
        await browser.PostAsync("/login?user=alice");
        Assert.Equal(303, await browser.GetAsync());
    }

    /// <summary>Replicas share the keys and nothing else.</summary>
    [Fact]
    public async Task F12_OnAnotherReplica_TheSessionKeepsItsTicketAndTheNextDoesNot()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        var browser = new Browser(one);
        await browser.PostAsync("/login?user=alice");
        await browser.PostAsync("/step-up");
        var elsewhere = new Browser(browser, other);
        Assert.Equal(200, await elsewhere.GetAsync());
        await elsewhere.PostAsync("/login?user=alice");
        Assert.Equal(303, await elsewhere.GetAsync());
        Assert.Equal(200, await browser.GetAsync());
    }

    /// <summary>There is no scheme that knows the session, but the claim tells.</summary>
    [Fact]
    public async Task F12_UserSetByTheApplication_TheClaimTellsSessionsApart()
    {
        await using var site = await TestSite.StartAsync(
            decisions: lapi => lapi.Decide(Client, Remediation.Mfa),
            configure: builder => builder.Services.Configure<BouncerHttpOptions>(options => options.Mfa.StepUpPath = "/step-up"),
            pipeline: app =>
            {
                app.Use((context, next) =>
                {
                    context.User = new ClaimsPrincipal(new ClaimsIdentity(
                        [new Claim(ClaimTypes.NameIdentifier, "id-of-alice"), new Claim("sid", context.Request.Query["session"].ToString())], "own"));
                    return next();
                });
                TestSite.DefaultPipeline(app);
                app.MapPost("/step-up", (HttpContext context, IMfaClearance stepUp) => stepUp.GrantAsync(context, context.User));
                app.MapGet("/closed", () => "hello");
            });
        var browser = new Browser(site);
        await browser.PostAsync("/step-up?session=S1");
        Assert.Equal((200, 303), (await browser.GetAsync("/closed?session=S1"), await browser.GetAsync("/closed?session=S2")));
    }

    [Fact]
    public void RevokedSessions_BeyondTheirBound_AreAllThatWereGrantedBefore()
    {
        var revoked = new RevokedSessions(_clock);
        var before = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (var session = 1; session <= RevokedSessions.Most; session++)
        {
            revoked.Add((UInt128)session, 0);
        }

        Assert.True(revoked.Has(1, before));
        Assert.False(revoked.Has(0, before));
        revoked.Add(RevokedSessions.Most + 1, 0);
        Assert.True(revoked.Has(0, before));
        Assert.False(revoked.Has(1, before + 1));

        // What has ended anyway leaves room again.
        _clock.Advance(TimeSpan.FromHours(2));
        revoked.Add(7, 0);
        Assert.False(revoked.Has(7, _clock.GetUtcNow().ToUnixTimeMilliseconds() + 1));
        Assert.True(revoked.Has(7, _clock.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void F12_SessionRevokedTwice_StaysRevokedForAClockThatIsAhead()
    {
        var revoked = new RevokedSessions(_clock);
        var ahead = _clock.GetUtcNow().ToUnixTimeMilliseconds() + 50_000;
        revoked.Add(7, ahead);
        revoked.Add(7, 0);
        Assert.True(revoked.Has(7, ahead));
    }

    [Fact]
    public void F12_OneSessionRevokedWithoutEnd_EndsNoOther()
    {
        var revoked = new RevokedSessions(_clock);
        for (var call = 0; call <= RevokedSessions.Most; call++)
        {
            revoked.Add(7, 0);
        }

        Assert.False(revoked.Has(1, _clock.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void RevokedAgain_IsRememberedFromThenOn()
    {
        var revoked = new RevokedSessions(_clock);
        revoked.Add(7, 0);
        revoked.Add(8, 0);
        var before = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        _clock.Advance(TimeSpan.FromMinutes(40));
        var between = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        revoked.Add(7, 0);
        _clock.Advance(TimeSpan.FromMinutes(40));
        revoked.Add(9, 0);
        Assert.Equal((true, false), (revoked.Has(7, between), revoked.Has(8, before)));
        _clock.Advance(TimeSpan.FromMinutes(40));
        revoked.Add(9, 0);
        Assert.False(revoked.Has(7, between));
    }

    /// <summary>The copied ticket was granted by a replica whose clock is ahead.</summary>
    [Fact]
    public async Task F12_SignOut_TakesBackATicketOfAClockThatIsAhead()
    {
        await using var site = await StartAsync();
        var browser = new Browser(site);
        await browser.PostAsync("/login?user=alice");
        _clock.StepWallClock(TimeSpan.FromSeconds(50));
        await browser.PostAsync("/step-up");
        _clock.StepWallClock(TimeSpan.FromSeconds(-50));
        Assert.Equal(200, await browser.GetAsync());
        var thief = new Browser(browser);
        await browser.PostAsync("/logout");
        Assert.Equal(303, await thief.GetAsync());
    }

    private Task<TestSite> StartAsync(string kind = "") => TestSite.StartAsync(
        decisions: lapi => lapi.Decide(Client, Remediation.Mfa),
        configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_clock);
            builder.Services.AddSingleton(_keys);
            builder.Services.AddScoped<OwnEvents>();
            if (kind == "by name")
            {
                HeaderAuthentication.Add(builder.Services);
            }

            builder.Services.AddAuthentication(authentication =>
            {
                authentication.DefaultSignInScheme = authentication.DefaultSignOutScheme = CookieAuthenticationDefaults.AuthenticationScheme;
                authentication.DefaultAuthenticateScheme = kind == "by name" ? null : CookieAuthenticationDefaults.AuthenticationScheme;
            }).AddCookie(cookie =>
            {
                cookie.Cookie.Name = "session";
                cookie.ExpireTimeSpan = TimeSpan.FromMinutes(20);
                if (kind.StartsWith("own", StringComparison.Ordinal))
                {
                    cookie.EventsType = typeof(OwnEvents);
                }
            });
            builder.Services.Configure<BouncerHttpOptions>(options =>
            {
                options.Mfa.StepUpPath = "/step-up";
                options.Mfa.AuthenticateScheme = kind == "by name" ? CookieAuthenticationDefaults.AuthenticationScheme : null;
                options.Mfa.OpenPaths = ["/login", "/logout", "/lock", "/refresh", "/login-with-code", "/logout-without-a-word", "/logout-then-revoke"];
            });
        },
        pipeline: app =>
        {
            if (kind.EndsWith("before authentication", StringComparison.Ordinal))
            {
                app.UseBouncer();
                app.UseAuthentication();
            }
            else
            {
                app.UseAuthentication();
                app.UseBouncer();
            }

            app.MapPost("/login", (HttpContext context, string user) => context.SignInAsync(User(user)));
            app.MapPost("/login-with-code", async (HttpContext context, string user, IMfaClearance stepUp) =>
            {
                await context.SignInAsync(User(user));
                await stepUp.GrantAsync(context, User(user));
            });
            app.MapPost("/refresh", async (HttpContext context) =>
                await context.SignInAsync(context.User, (await context.AuthenticateAsync()).Properties));
            app.MapPost("/step-up", async (HttpContext context, IMfaClearance stepUp) =>
                await stepUp.GrantAsync(context, (await context.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme)).Principal!));
            app.MapPost("/lock", (HttpContext context, IMfaClearance stepUp) => stepUp.RevokeAsync(context));
            app.MapPost("/logout-without-a-word", (HttpContext context) => context.SignOutAsync());
            app.MapPost("/logout", async (HttpContext context, IMfaClearance stepUp) =>
            {
                await stepUp.RevokeAsync(context);
                await context.SignOutAsync();
            });
            app.MapPost("/logout-then-revoke", async (HttpContext context, IMfaClearance stepUp) =>
            {
                await context.SignOutAsync();
                await stepUp.RevokeAsync(context);
            });
        });

    private static ClaimsPrincipal User(string name) => new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "id-of-" + name), new Claim(ClaimTypes.Name, name)], "password"));

    private sealed class OwnEvents : CookieAuthenticationEvents;

    /// <summary>Keeps cookies as a browser does, and lets the test take and put them.</summary>
    private sealed class Browser(TestSite site)
    {
        private static readonly HttpClient s_http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

        private readonly Dictionary<string, string> _cookies = [];

        /// <summary>One with copies of another's cookies.</summary>
        internal Browser(Browser other, TestSite? at = null)
            : this(at ?? other.Site) => _cookies = new(other._cookies);

        private TestSite Site => site;

        /// <summary>A cookie by its name, or by how that begins.</summary>
        internal string? this[string name]
        {
            get => _cookies.SingleOrDefault(cookie => cookie.Key.StartsWith(name, StringComparison.Ordinal)).Value;
            set
            {
                foreach (var old in _cookies.Keys.Where(key => key.StartsWith(name, StringComparison.Ordinal)).ToArray())
                {
                    _cookies.Remove(old);
                }

                if (value is not null)
                {
                    _cookies[name] = value;
                }
            }
        }

        internal Task<int> GetAsync(string path = "/") => SendAsync(HttpMethod.Get, path);

        internal async Task PostAsync(string path) => Assert.Equal(200, await SendAsync(HttpMethod.Post, path));

        private async Task<int> SendAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, new Uri(site.Http1.BaseAddress!, path));
            request.Headers.Add("X-Forwarded-For", Client);
            request.Headers.Add("Accept", "text/html");
            if (_cookies.Count > 0)
            {
                request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            }

            using var answer = await s_http.SendAsync(request);
            foreach (var line in answer.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
            {
                var (name, value) = (line.Split('=')[0], line.Split(';')[0].Split('=', 2)[1]);
                this[name] = value.Length == 0 ? null : value;
            }

            return (int)answer.StatusCode;
        }
    }
}
