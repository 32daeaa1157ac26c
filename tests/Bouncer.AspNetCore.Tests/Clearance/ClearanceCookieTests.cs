using System.Buffers.Text;
using System.Security.Cryptography;
using Bouncer.AspNetCore.Clearance;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Net.Http.Headers;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Bouncer.AspNetCore.Tests.Clearance;

public sealed class ClearanceCookieTests
{
    private readonly ClearanceBench _bench = new();

    [Fact]
    public void Grant_OnHttps_SetsAHostCookieWithoutDomain()
    {
        var cookie = _bench.Grant()!;
        Assert.Matches("^__Host-bouncer-[0-9a-f]{4}$", cookie.Name.Value);
        Assert.True(cookie.Secure);
        Assert.True(cookie.HttpOnly);
        Assert.Equal("/", cookie.Path.Value);
        Assert.Equal(SameSiteMode.Lax, cookie.SameSite);
        Assert.False(cookie.Domain.HasValue);
        Assert.Equal(TimeSpan.FromHours(1), cookie.MaxAge);
        Assert.True(Holds(cookie));
        Assert.Equal(0, _bench.Logs.Count(2041));
    }

    [Fact]
    public void Grant_OnPlainHttp_HasNoPrefixAndWarnsOnce()
    {
        var cookie = _bench.Grant(context: _bench.Context(scheme: "http"))!;
        _bench.Grant(context: _bench.Context(scheme: "http"));
        Assert.Matches("^bouncer-[0-9a-f]{4}$", cookie.Name.Value);
        Assert.False(cookie.Secure);
        Assert.True(_bench.Clearance.Holds(_bench.Context(cookie.Value.Value, scheme: "http"), ClearanceLevel.Captcha));
        Assert.Equal(1, _bench.Logs.Count(2041));
    }

    [Fact]
    public void C3_CookieAtAnotherAddress_DoesNotHold()
    {
        var cookie = _bench.Grant()!.Value.Value;
        Assert.True(Holds(_bench.Context(cookie, client: "::ffff:" + ClearanceBench.Client)));
        Assert.False(Holds(_bench.Context(cookie, client: "192.0.2.21")));
        Assert.False(Holds(_bench.Context(cookie, client: "2001:db8::1")));

        var ofNetwork = _bench.Grant(context: _bench.Context(client: "2001:db8:0:1::1"))!.Value.Value;
        Assert.True(Holds(_bench.Context(ofNetwork, client: "2001:db8:0:1:ffff::2")));
        Assert.False(Holds(_bench.Context(ofNetwork, client: "2001:db8:0:2::1")));
    }

    [Fact]
    public void C4_CookieOnAnotherHost_DoesNotHold()
    {
        var cookie = _bench.Grant()!.Value.Value;
        Assert.True(Holds(_bench.Context(cookie, host: "EXAMPLE.org:8443")));
        Assert.False(Holds(_bench.Context(cookie, host: "www.example.org")));
        Assert.False(Holds(_bench.Context(cookie, host: new string('a', 4000))));
    }

    [Fact]
    public void F3_Levels_StandForThemselves()
    {
        var captcha = _bench.Grant()!.Value.Value;
        var mfa = _bench.Grant(ClearanceLevel.Mfa)!.Value.Value;
        Assert.False(_bench.Clearance.Holds(_bench.Context(captcha), ClearanceLevel.Mfa));
        Assert.False(_bench.Clearance.Holds(_bench.Context(mfa, level: ClearanceLevel.Mfa), ClearanceLevel.Captcha));
        Assert.True(_bench.Clearance.Holds(_bench.Context(mfa, level: ClearanceLevel.Mfa), ClearanceLevel.Mfa));
    }

    [Fact]
    public void Holds_UserAskedFor_IsTheOneGranted()
    {
        var alice = _bench.Grant(user: "alice")!.Value.Value;
        var nobody = _bench.Grant()!.Value.Value;
        Assert.True(_bench.Clearance.Holds(_bench.Context(alice), ClearanceLevel.Captcha, "alice"));
        Assert.False(_bench.Clearance.Holds(_bench.Context(alice), ClearanceLevel.Captcha, "bob"));
        Assert.False(_bench.Clearance.Holds(_bench.Context(nobody), ClearanceLevel.Captcha, "alice"));
        Assert.True(_bench.Clearance.Holds(_bench.Context(alice), ClearanceLevel.Captcha));
    }

    [Fact]
    public void Holds_TaskAskedFor_IsTheOneGranted()
    {
        var context = _bench.Context();
        _bench.Clearance.Grant(context, ClearanceLevel.Captcha, _bench.Clock.GetUtcNow(), TimeSpan.FromHours(1), task: "local/1");
        var easy = ClearanceBench.CookieOf(context)!.Value.Value;
        Assert.True(_bench.Clearance.Holds(_bench.Context(easy), ClearanceLevel.Captcha, task: "local/1"));
        Assert.False(_bench.Clearance.Holds(_bench.Context(easy), ClearanceLevel.Captcha, task: "local/9"));
    }

    [Theory]
    [InlineData(600, 0, 14400, 600)]
    [InlineData(600, 500, 14400, 100)]
    [InlineData(86400, 0, 14400, 3600)]
    [InlineData(86400, 0, 30, 30)]
    [InlineData(600, 590, 30, 10)]
    public void Grant_Lifetime_IsTheShortestOfThree(int maxAge, int ago, int rest, int expected)
    {
        var cookie = _bench.Grant(
            maxAge: Seconds(maxAge), ago: Seconds(ago), context: _bench.Context(rest: Seconds(rest)))!;
        Assert.Equal(Seconds(expected), cookie.MaxAge);
        _bench.Clock.Advance(Seconds(expected - 1));
        Assert.True(Holds(cookie));
        _bench.Clock.Advance(Seconds(1));
        Assert.False(Holds(cookie));
    }

    [Fact]
    public void Grant_SolutionShownAgainWhenItsTimeIsOver_GainsNothing() =>
        Assert.Null(_bench.Grant(ago: TimeSpan.FromMinutes(10), maxAge: TimeSpan.FromMinutes(10)));

    [Fact]
    public void Holds_NewerDecision_IsVoid()
    {
        var cookie = _bench.Grant()!.Value.Value;
        Assert.True(Holds(_bench.Context(cookie, decision: 6)));
        Assert.False(Holds(_bench.Context(cookie, decision: 8)));
    }

    [Fact]
    public void Holds_ClockSetBack_DoesNotLengthenIt()
    {
        var cookie = new ClearanceProtector(_bench.Keys).Protect(new(
            ClearanceLevel.Captcha,
            ClearanceTicket.HolderOf(ClientKey.Of(System.Net.IPAddress.Parse(ClearanceBench.Client)), "example.org"),
            default,
            default,
            (_bench.Clock.GetUtcNow() + TimeSpan.FromMinutes(30)).ToUnixTimeMilliseconds(),
            (_bench.Clock.GetUtcNow() + TimeSpan.FromMinutes(90)).ToUnixTimeMilliseconds(),
            7));
        Assert.False(Holds(_bench.Context(cookie)));
        _bench.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(Holds(_bench.Context(cookie)));
    }

    [Fact]
    public void C5_EveryBitFlipped_DoesNotHoldAndIsDeleted()
    {
        var bytes = Base64Url.DecodeFromChars(_bench.Grant()!.Value.Value);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            RefusedAndDeleted(Base64Url.EncodeToString(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void C5_EveryTruncation_DoesNotHoldAndIsDeleted()
    {
        var cookie = _bench.Grant()!.Value.Value!;
        for (var length = 1; length < cookie.Length; length++)
        {
            RefusedAndDeleted(cookie[..length]);
        }
    }

    [Fact]
    public void C5_OtherKeyOtherPurposeOtherFormAndRubbish_DoNotHoldAndAreDeleted()
    {
        RefusedAndDeleted(new ClearanceBench().Grant()!.Value.Value!);
        RefusedAndDeleted(Protect("CrowdSec.Bouncer", "Clearance", "v2", ClearanceTicket.Length));
        RefusedAndDeleted(Protect("CrowdSec.Bouncer", "Clearance", "v1", ClearanceTicket.Length - 1));
        RefusedAndDeleted(Protect("CrowdSec.Bouncer", "Clearance", "v1", ClearanceTicket.Length));
        RefusedAndDeleted("%00%ff");
        RefusedAndDeleted("====");
        RefusedAndDeleted(new string('A', 64 * 1024));
    }

    [Fact]
    public void C5_64KilobyteCookie_IsNotEvenDecoded()
    {
        var context = _bench.Context(new string('A', 64 * 1024));
        var cookies = context.HttpContext.Request.Cookies.Count;
        Assert.Equal(1, cookies);
        Holds(context);
        Assert.InRange(AllocatedBytes.Of(() => Holds(context)), 0, 4096);
    }

    /// <summary>F14: a visitor with two addresses that are both decided on keeps both clearances, of either level.</summary>
    [Theory]
    [InlineData(false, "https")]
    [InlineData(true, "https")]
    [InlineData(false, "http")]
    public void F14_ClearancesOfTwoAddresses_HoldAtOnce(bool isMfa, string scheme)
    {
        var level = isMfa ? ClearanceLevel.Mfa : ClearanceLevel.Captcha;
        var v4 = _bench.Grant(level, context: _bench.Context(scheme: scheme))!;
        var v6 = _bench.Grant(level, context: _bench.Context(client: "2001:db8::1", scheme: scheme))!;
        Assert.NotEqual(v4.Name, v6.Name);
        foreach (var client in new[] { ClearanceBench.Client, "2001:db8::1" })
        {
            var context = _bench.Context(client: client, scheme: scheme);
            context.HttpContext.Request.Headers.Cookie = $"{v4.Name}={v4.Value}; {v6.Name}={v6.Value}";
            Assert.True(_bench.Clearance.Holds(context, level));
            Assert.Null(ClearanceBench.CookieOf(context));
        }
    }

    /// <summary>F14: a browser that changes networks does not pile up clearances, and keeps what is not ours.</summary>
    [Fact]
    public void F14_Grant_InManyNetworks_KeepsTheLatestAndDeletesTheRest()
    {
        var over = _bench.Grant(maxAge: Seconds(1), context: _bench.Context(client: "192.0.2.99"))!;
        List<SetCookieHeaderValue> jar = [over];
        for (var network = 1; network <= 6; network++)
        {
            _bench.Clock.Advance(Seconds(1));
            jar.Add(_bench.Grant(context: _bench.Context(client: $"198.51.100.{network}"))!);
        }

        var context = _bench.Context();
        context.HttpContext.Request.Headers.Cookie =
            string.Join("; ", jar.Select(cookie => $"{cookie.Name}={cookie.Value}")) + "; __Host-bouncer-0000=x; __Host-bouncer-test=x; __Host-bouncer-mfa-0000=x; other=x";
        _bench.Grant(context: context);
        var set = context.HttpContext.Response.Headers.SetCookie.Select(cookie => SetCookieHeaderValue.Parse(cookie!)).ToArray();
        string[] deleted = [.. set.Where(cookie => cookie.Expires == DateTimeOffset.UnixEpoch).Select(cookie => cookie.Name.ToString())];
        Assert.Equivalent(jar[..4].Select(cookie => cookie.Name.ToString()).Append("__Host-bouncer-0000"), deleted, strict: true);
        Assert.Equal(ClearanceCookie.NameFor(context.HttpContext.Request, ClientKey.Of(context.ClientAddress)), set[^1].Name.ToString());
    }

    /// <summary>F10: what cannot be a ticket takes no place among those that are looked at.</summary>
    [Theory]
    [InlineData("x", 100, true)]
    [InlineData("long", 100, true)]
    [InlineData("forged", 7, true)]
    [InlineData("forged", 8, false)]
    public void F10_CookiesBeforeAGoodOne_DoNotShadowIt(string kind, int number, bool holds)
    {
        var good = _bench.Grant()!;
        var bad = kind switch { "x" => "x", "long" => new string('A', 600), _ => new string('A', good.Value.Length) };
        var context = _bench.Context();
        context.HttpContext.Request.Headers.Cookie =
            string.Concat(Enumerable.Repeat($"{good.Name}={bad}; ", number)) + $"{good.Name}={good.Value}";
        Assert.Equal(holds, Holds(context));
    }

    /// <summary>F14: browsers, services and proxies write an internationalised name in ASCII, the framework in Unicode.</summary>
    [Theory]
    [InlineData("xn--mnchen-3ya.test", "XN--MNCHEN-3YA.test:8443", true)]
    [InlineData("xn--mnchen-3ya.test", "xn--mnchen-4ya.test", false)]
    [InlineData("xn--0", "xn--0", true)]
    public void F14_InternationalisedHost_IsComparedInAscii(string host, string other, bool isSame)
    {
        var granted = WithHost(_bench.Context(), host);
        _bench.Clearance.Grant(granted, ClearanceLevel.Captcha, _bench.Clock.GetUtcNow(), TimeSpan.FromHours(1));
        var cookie = ClearanceBench.CookieOf(granted)!;
        var context = WithHost(_bench.Context(), other);
        context.HttpContext.Request.Headers.Cookie = $"{cookie.Name}={cookie.Value}";
        Assert.Equal(isSame, Holds(context));
    }

    /// <summary>F12: what is over needs no revocation, and takes no room of those that do.</summary>
    [Theory]
    [InlineData(9, true)]
    [InlineData(10, false)]
    public void F12_Revoke_ATicketThatIsOver_RemembersNothing(int seconds, bool isRevoked)
    {
        var ticket = _bench.Grant(ClearanceLevel.Mfa, maxAge: Seconds(10), user: "alice")!;
        var issuedAt = _bench.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _bench.Clock.Advance(Seconds(seconds));
        _bench.Clearance.Revoke(_bench.Context(ticket.Value.ToString(), level: ClearanceLevel.Mfa).HttpContext, ClearanceLevel.Mfa, user: null);
        Assert.Equal(isRevoked, _bench.Revoked.Has(ClearanceTicket.DigestOf("alice"), issuedAt));
    }

    /// <summary>F12: opening a ticket costs something.</summary>
    [Fact]
    public void F12_Revoke_OneTicketManyTimes_IsOpenedOnce()
    {
        var keys = Substitute.For<IDataProtector>();
        keys.CreateProtector("").ReturnsForAnyArgs(keys);
        keys.Unprotect([]).ThrowsForAnyArgs(new CryptographicException());
        var bench = new ClearanceBench(keys);
        var context = bench.Context(level: ClearanceLevel.Mfa).HttpContext;
        context.Request.Headers.Cookie = string.Join("; ", Enumerable.Range(0, 32).Select(number => $"__Host-bouncer-mfa-{number % 2:x4}={new string('A', 200)}"));
        bench.Clearance.Revoke(context, ClearanceLevel.Mfa, user: null);
        Assert.Single(keys.ReceivedCalls(), call => call.GetMethodInfo().Name == nameof(IDataProtector.Unprotect));
        Assert.Equal(2, context.Response.Headers.SetCookie.Count);
    }

    private static RemediationContext WithHost(in RemediationContext context, string host)
    {
        context.HttpContext.Request.Headers.Host = host;
        return context;
    }

    private string Protect(string first, string second, string third, int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        bytes[0] = 9;
        return Base64Url.EncodeToString(_bench.Keys.CreateProtector(first, second, third).Protect(bytes));
    }

    private void RefusedAndDeleted(string cookie)
    {
        var context = _bench.Context(cookie);
        Assert.False(Holds(context));
        var deletion = ClearanceBench.CookieOf(context);
        Assert.StartsWith("__Host-bouncer-", deletion?.Name.Value, StringComparison.Ordinal);
        Assert.Equal(DateTimeOffset.UnixEpoch, deletion?.Expires);
    }

    private bool Holds(SetCookieHeaderValue cookie) => Holds(_bench.Context(cookie.Value.Value));

    private bool Holds(in RemediationContext context) => _bench.Clearance.Holds(context, ClearanceLevel.Captcha);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
