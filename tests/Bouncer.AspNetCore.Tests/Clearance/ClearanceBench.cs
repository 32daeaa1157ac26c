using System.Net;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Tests.Clearance;

/// <summary>A clearance with the framework's own cookies and keys, and a clock that can be moved.</summary>
internal sealed class ClearanceBench
{
    internal const string Client = "192.0.2.20";

    internal ClearanceBench(IDataProtectionProvider? keys = null)
    {
        Keys = keys ?? new EphemeralDataProtectionProvider();
        Revoked = new RevokedSessions(Clock);
        Clearance = new ClearanceCookie(new ClearanceProtector(Keys), Revoked, Clock, new FakeLogger<ClearanceCookie>(Logs));
    }

    internal TestClock Clock { get; } = new();

    internal FakeLogCollector Logs { get; } = new();

    internal IDataProtectionProvider Keys { get; }

    internal RevokedSessions Revoked { get; }

    internal ClearanceCookie Clearance { get; }

    internal RemediationContext Context(
        string? cookie = null, string client = Client, string host = "example.org", string scheme = "https", long decision = 7, TimeSpan? rest = null, ClearanceLevel level = ClearanceLevel.Captcha)
    {
        var http = new DefaultHttpContext();
        http.Request.Scheme = scheme;
        http.Request.Host = new HostString(host);
        if (cookie is not null)
        {
            http.Request.Headers.Cookie = $"{ClearanceCookie.NameFor(http.Request, ClientKey.Of(IPAddress.Parse(client)), level)}={cookie}";
        }

        var verdict = Verdicts.Of(Remediation.Captcha, decision, Clock.GetUtcNow() + (rest ?? TimeSpan.FromHours(4)));
        return new RemediationContext(http, Remediation.Captcha, verdict, null, IPAddress.Parse(client));
    }

    /// <summary>The cookie that a grant sets; null if it sets none.</summary>
    internal SetCookieHeaderValue? Grant(
        ClearanceLevel level = ClearanceLevel.Captcha, TimeSpan? ago = null, TimeSpan? maxAge = null, string? user = null, RemediationContext? context = null)
    {
        var of = context ?? Context();
        Clearance.Grant(of, level, Clock.GetUtcNow() - (ago ?? TimeSpan.Zero), maxAge ?? TimeSpan.FromHours(1), user);
        return CookieOf(of);
    }

    internal static SetCookieHeaderValue? CookieOf(in RemediationContext context) =>
        context.HttpContext.Response.Headers.SetCookie is [.., { } cookie] ? SetCookieHeaderValue.Parse(cookie) : null;
}
