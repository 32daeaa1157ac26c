using System.Text;
using Gateway.StartPage;

namespace Gateway.Demo;

// What is printed at the start.
internal static class WhatToTry
{
    public static string Describe(string url, Uri? lapi, string? upstream, StartPageAccess access)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine($"The gateway listens on {url}");
        text.AppendLine(!access.IsOn
            ? "  start page  off, since there are settings; StartPage:Enabled=true opens it on this machine, behind a token"
            : $"  start page  {url}/.bouncer/{(access.Token is { } token ? $"?token={token}" : "")}");
        text.AppendLine(lapi is null
            ? "  decisions   of the Local API in Bouncer:Lapi:Url"
            : $"  decisions   of an embedded Local API at {lapi}; set Bouncer:Lapi:Url and Bouncer:Lapi:ApiKey to use your CrowdSec");
        text.AppendLine(upstream is null
            ? "  upstream    as in section ReverseProxy"
            : $"  upstream    a demonstration at {upstream}; set section ReverseProxy to use your own");
        text.AppendLine().AppendLine("To try, from this machine:");
        if (lapi is null)
        {
            text.AppendLine($"  cscli decisions add --ip {DemoDecisions.CleanAddress} --duration 5m");
            Curl(text, url, DemoDecisions.CleanAddress, "refused after the next poll");
            text.AppendLine($"  cscli decisions delete --ip {DemoDecisions.CleanAddress}");
        }
        else
        {
            Curl(text, url, DemoDecisions.BannedAddress, "banned");
            Curl(text, url, DemoDecisions.AddressInRange, "in a banned range");
            Curl(text, url, DemoDecisions.BannedIPv6, "banned, IPv6");
            Curl(text, url, DemoDecisions.CleanAddress, "clean");
            Curl(text, url, DemoDecisions.CaptchaAddress, "a problem document with a link to the captcha");
            Curl(text, url, DemoDecisions.CaptchaAddress, "the captcha's page, as a browser gets it", " -H 'Accept: text/html'");
            Visit(text, url, access);
            text.AppendLine($"  for i in $(seq 12); do curl -s -o /dev/null -w '%{{http_code}} ' -H 'X-Forwarded-For: {DemoDecisions.ThrottledAddress}' {url}/hello; done   # throttled: 10 reach the upstream, then 429");
            Curl(text, url, DemoDecisions.MfaAddress, "a second factor is asked for; this gateway has no login, so a captcha");
            text.AppendLine($"  curl -H 'Content-Type: application/json' -d '{{\"value\":\"{DemoDecisions.CleanAddress}\"}}' {lapi}manage/decisions   # bans the clean one");
            text.AppendLine($"  curl -X DELETE '{lapi}manage/decisions?value={DemoDecisions.CleanAddress}'   # and releases it");
        }

        return text.ToString();
    }

    private static void Visit(StringBuilder text, string url, StartPageAccess access)
    {
        if (access.IsOn)
        {
            text.AppendLine($"  {url}/.bouncer/visit?as={DemoDecisions.CaptchaAddress}&path=/hello   # in a browser: be that visitor, solve it; ends at {url}/.bouncer/visit");
        }
    }

    private static void Curl(StringBuilder text, string url, string address, string what, string more = "") =>
        text.AppendLine($"  curl -i -H 'X-Forwarded-For: {address}'{more} {url}/hello   # {what}");
}
