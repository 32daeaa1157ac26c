using Bouncer.Testing;

namespace Gateway.Demo;

// One decision of every kind, on addresses and names that are reserved for documentation.
internal static class DemoDecisions
{
    public const string BannedAddress = "192.0.2.10";
    public const string AddressInRange = "198.51.100.77";
    public const string BannedIPv6 = "2001:db8:bad::1";
    public const string CaptchaAddress = "192.0.2.20";
    public const string ThrottledAddress = "192.0.2.30";
    public const string MfaAddress = "192.0.2.40";
    public const string CleanAddress = "203.0.113.1";

    public static void AddTo(DecisionDatabase decisions)
    {
        decisions.Add(BannedAddress, TimeSpan.FromHours(4), origin: "crowdsec", scenario: "crowdsecurity/ssh-bf");
        decisions.Add("198.51.100.0/24", TimeSpan.FromHours(24), origin: "lists", scenario: "firehol_level2");
        decisions.Add(BannedIPv6, TimeSpan.FromHours(4), origin: "crowdsec", scenario: "crowdsecurity/http-probing");
        decisions.Add("2001:db8:feed::/48", TimeSpan.FromDays(7), origin: "CAPI", scenario: "crowdsecurity/http-bad-user-agent");
        decisions.Add(CaptchaAddress, TimeSpan.FromHours(1), type: "captcha", origin: "crowdsec", scenario: "crowdsecurity/http-crawl-non_statics");
        decisions.Add(ThrottledAddress, TimeSpan.FromMinutes(30), type: "throttle", origin: "crowdsec", scenario: "crowdsecurity/http-generic-bf");
        decisions.Add(MfaAddress, TimeSpan.FromMinutes(45), type: "mfa", scenario: "login from a new place");
        decisions.Add("192.0.2.50", TimeSpan.FromMinutes(10), type: "polka", scenario: "an undefined type");
        decisions.Add("XX", TimeSpan.FromHours(12), scope: "Country", scenario: "not a country");
        decisions.Add("64496", TimeSpan.FromHours(12), scope: "AS", type: "captcha", scenario: "an AS for documentation");
        decisions.Add("mallory", TimeSpan.FromHours(2), scope: "username", scenario: "password guessing");
    }
}
