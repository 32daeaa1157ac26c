using Bouncer.Net;
using Microsoft.Extensions.Options;

namespace Bouncer.Settings;

/// <summary>Finds everything that is wrong with the settings at once, each named by its configuration key.</summary>
internal sealed class BouncerOptionsValidator(IEnumerable<RemediationDefinition> remediations) : IValidateOptions<BouncerOptions>
{
    private const int LongestApiKey = 4096;

    public ValidateOptionsResult Validate(string? name, BouncerOptions options)
    {
        List<string> errors = [.. options.Malformed];
        ValidateUrl(options, errors);
        ValidateKey(options.Lapi, errors);
        ValidateRanges(options, errors);
        ValidateFallback(options.FallbackRemediation, errors);
        foreach (var text in options.TrustedNetworks ?? [])
        {
            if (!IpParser.TryParsePrefix(text, out _))
            {
                errors.Add($"Bouncer:TrustedNetworks: '{text}' is no address and no network like 10.0.0.0/8.");
            }
        }

        foreach (var text in options.EmbeddedIPv4 ?? [])
        {
            if (EmbeddedIPv4.Find(text) is null)
            {
                errors.Add($"Bouncer:EmbeddedIPv4: '{text}' is none of nat64, 6to4, compatible and translated, and no IPv6 network of length 32, 40, 48, 56, 64 or 96 with bits 64 to 71 zero.");
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void ValidateUrl(BouncerOptions options, List<string> errors)
    {
        var url = options.Lapi.Url;
        if (url is null)
        {
            // A text that is no URL is reported already.
            if (options.Malformed.Any(error => error.Contains("Lapi:Url", StringComparison.Ordinal)))
            {
                return;
            }

            errors.Add("Bouncer:Lapi:Url is missing: set it to where CrowdSec's Local API listens, http://127.0.0.1:8080/ unless changed.");
        }
        else if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            errors.Add("Bouncer:Lapi:Url must begin with http:// or https://.");
        }
        else if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            errors.Add("Bouncer:Lapi:Url must hold no user name, query or fragment; the key goes into Bouncer:Lapi:ApiKey.");
        }
    }

    private static void ValidateKey(LapiOptions lapi, List<string> errors)
    {
        var hasKey = !string.IsNullOrWhiteSpace(lapi.ApiKey);
        var hasFile = !string.IsNullOrWhiteSpace(lapi.ApiKeyFile);
        if (hasKey == hasFile)
        {
            errors.Add(hasKey
                ? "Bouncer:Lapi:ApiKey and Bouncer:Lapi:ApiKeyFile are both set: keep one."
                : "Bouncer:Lapi:ApiKey is missing: make a key with `cscli bouncers add NAME`, and set it or, for a file that holds it, Bouncer:Lapi:ApiKeyFile.");
        }
        else if (hasKey && (lapi.ApiKey!.Length > LongestApiKey || lapi.ApiKey.AsSpan().Trim().ContainsAnyExceptInRange('!', '~')))
        {
            errors.Add("Bouncer:Lapi:ApiKey holds characters that no key has (a blank, a line end?).");
        }
        else if (hasFile && !File.Exists(lapi.ApiKeyFile))
        {
            // Not named: a key put here by mistake would end up in a log.
            errors.Add("Bouncer:Lapi:ApiKeyFile names a file that does not exist, or may not be seen.");
        }
    }

    private void ValidateFallback(string fallback, List<string> errors)
    {
        var known = new RemediationSeverities(remediations, Remediation.None);
        if (string.IsNullOrWhiteSpace(fallback) || !known.IsKnown(new Remediation(fallback)))
        {
            errors.Add($"Bouncer:FallbackRemediation is '{fallback}', which nobody defined; it is none or one of {string.Join(", ", known.Names)}.");
        }
    }

    private static void ValidateRanges(BouncerOptions options, List<string> errors)
    {
        var (lapi, sync, live) = (options.Lapi, options.Sync, options.Live);
        InRange("Lapi:Timeout", lapi.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), errors);
        InRange("Lapi:PullTimeout", lapi.PullTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), errors);
        InRange("Lapi:MaxResponseBytes", lapi.MaxResponseBytes, 1024, 4L * 1024 * 1024 * 1024, errors);
        InRange("Sync:Interval", sync.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), errors);
        InRange("Sync:FullResyncInterval", sync.FullResyncInterval, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), errors);
        InRange("Sync:StartupTimeout", sync.StartupTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), errors);
        InRange("Sync:MaxStaleness", sync.MaxStaleness ?? TimeSpan.FromDays(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(365), errors);
        InRange("Sync:WidestIPv4Prefix", sync.WidestIPv4Prefix, 0, 32, errors);
        InRange("Sync:WidestIPv6Prefix", sync.WidestIPv6Prefix, 0, 128, errors);
        InRange("Sync:MaxDecisions", sync.MaxDecisions, 1, 100_000_000, errors);
        InRange("Live:Timeout", live.Timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(30), errors);
        InRange("Live:CacheDuration", live.CacheDuration, TimeSpan.Zero, TimeSpan.FromHours(1), errors);
        InRange("Live:CacheSize", live.CacheSize, 1, 10_000_000, errors);
        InRange("Live:MaxConcurrentQueries", live.MaxConcurrentQueries, 1, 10_000, errors);
        if (!Enum.IsDefined(sync.Mode))
        {
            errors.Add("Bouncer:Sync:Mode is none of Stream, Live.");
        }

        if (!Enum.IsDefined(sync.Startup))
        {
            errors.Add("Bouncer:Sync:Startup is none of WaitForFirstSync, AllowUntilReady, BlockUntilReady.");
        }
    }

    private static void InRange<T>(string key, T value, T lowest, T highest, List<string> errors)
        where T : IComparable<T>
    {
        if (value.CompareTo(lowest) < 0 || value.CompareTo(highest) > 0)
        {
            errors.Add($"Bouncer:{key} is {value}; it goes from {lowest} to {highest}.");
        }
    }
}
