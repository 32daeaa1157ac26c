using Bouncer.Configuration;
using Bouncer.Connections;
using Bouncer.Net;
using Microsoft.Extensions.Options;

namespace Bouncer.Settings;

/// <summary>Finds all errors in the settings at once, each with its configuration key.</summary>
internal sealed class BouncerOptionsValidator(IEnumerable<RemediationDefinition> remediations) : IValidateOptions<BouncerOptions>
{
    private const int LongestApiKey = 4096;

    private static readonly TimeSpan ShortestReportInterval = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, BouncerOptions options)
    {
        var errors = new SettingErrors(options);
        Validate(options.Lapi, options.Sync.Mode, errors.In("Lapi"));
        Validate(options.Sync, errors.In("Sync"));
        Validate(options.Live, errors.In("Live"));
        Validate(options.Snapshot, errors.In("Snapshot"));
        Validate(options.UsageMetrics, errors.In("UsageMetrics"));
        ValidateFallback(options.FallbackRemediation, errors);
        for (var i = 0; i < options.TrustedNetworks?.Count; i++)
        {
            if (!IpParser.TryParsePrefix(options.TrustedNetworks[i], out _))
            {
                errors.Add($"TrustedNetworks:{i}", $"is '{options.TrustedNetworks[i]}', which is neither an address nor a network like 10.0.0.0/8.");
            }
        }

        for (var i = 0; i < options.EmbeddedIPv4?.Count; i++)
        {
            if (EmbeddedIPv4.Find(options.EmbeddedIPv4[i]) is null)
            {
                errors.Add($"EmbeddedIPv4:{i}", $"is '{options.EmbeddedIPv4[i]}'; write nat64, 6to4, compatible, translated, or an IPv6 network of length 32, 40, 48, 56, 64 or 96 with bits 64 to 71 zero.");
            }
        }

        return errors.Result;
    }

    private static void Validate(LapiOptions lapi, BouncerMode mode, SettingErrors errors)
    {
        ValidateServer(lapi, isOptional: mode == BouncerMode.Off && lapi.Url is null, errors);
        for (var i = 0; i < lapi.Fallbacks?.Count; i++)
        {
            ValidateServer(lapi.Fallbacks[i], isOptional: false, errors.In("Fallbacks").In($"{i}"));
            if (lapi.Fallbacks[i].Url is { } url && lapi.Fallbacks.Take(i).Prepend(lapi).Any(earlier => earlier.Url == url))
            {
                errors.In("Fallbacks").In($"{i}").Add("Url", "is that of an earlier LAPI: a fallback has to be another one.");
            }
        }

        errors.Check("FailoverAfter", lapi.FailoverAfter);
        errors.Check("ReturnAfter", lapi.ReturnAfter);
        errors.Check("Timeout", lapi.Timeout);
        errors.Check("PullTimeout", lapi.PullTimeout);
        errors.Check("MaxResponseBytes", lapi.MaxResponseBytes);
    }

    private static void ValidateServer(LapiServerOptions lapi, bool isOptional, SettingErrors errors)
    {
        if (lapi.Url is null && !isOptional)
        {
            errors.Add("Url", "is missing: set it to the address of CrowdSec's Local API, http://127.0.0.1:8080/ in a default installation.");
        }

        var problem = lapi.Url is null ? null : ConnectionUrl.FindProblem(lapi.Url, errors.PathOf("ApiKey"));
        if (problem is not null)
        {
            errors.Add("Url", problem);
        }

        if (lapi.Proxy is { } proxy && !ProxySetting.IsValid(proxy))
        {
            // The value is not shown: it may contain a password.
            errors.Add("Proxy", "is not the URL of a proxy like http://proxy.example.net:3128, with http, https, socks4, socks4a or socks5; write none for no proxy.");
        }

        TlsOptionsValidator.Validate(lapi.Tls, problem is null ? lapi.Url : null, errors.In("Tls"));
        ValidateKey(lapi, isOptional, errors);
    }

    private static void ValidateKey(LapiServerOptions lapi, bool isOptional, SettingErrors errors)
    {
        var hasKey = !string.IsNullOrWhiteSpace(lapi.ApiKey);
        var hasFile = !string.IsNullOrWhiteSpace(lapi.ApiKeyFile);
        if (!hasKey && !hasFile && (isOptional || lapi.Tls.CertificateFile is not null))
        {
            return;
        }

        if (hasKey == hasFile)
        {
            errors.Add("ApiKey", hasKey
                ? $"and {errors.PathOf("ApiKeyFile")} are both set: keep one."
                : $"is missing: create a key with `cscli bouncers add NAME`, and set it here or put it in a file that {errors.PathOf("ApiKeyFile")} names.");
        }
        else if (hasKey && (lapi.ApiKey!.Length > LongestApiKey || lapi.ApiKey.AsSpan().Trim().ContainsAnyExceptInRange('!', '~')))
        {
            errors.Add("ApiKey", "contains characters that a key cannot have, such as a blank or a line end.");
        }
        else if (hasFile && !File.Exists(lapi.ApiKeyFile))
        {
            // The value is not shown: it may be a key that was put here by mistake.
            errors.Add("ApiKeyFile", "names a file that does not exist or is not accessible.");
        }
    }

    private static void Validate(SyncOptions sync, SettingErrors errors)
    {
        errors.CheckChoice("Mode", sync.Mode);
        errors.Check("Interval", sync.Interval);
        errors.Check("FullResyncInterval", sync.FullResyncInterval);
        errors.CheckChoice("Startup", sync.Startup);
        errors.Check("StartupTimeout", sync.StartupTimeout);
        errors.Check("MaxStaleness", sync.MaxStaleness);
        errors.Check("MinIPv4PrefixLength", sync.MinIPv4PrefixLength);
        errors.Check("MinIPv6PrefixLength", sync.MinIPv6PrefixLength);
        errors.Check("MaxDecisions", sync.MaxDecisions);
    }

    private static void Validate(LiveOptions live, SettingErrors errors)
    {
        errors.Check("Timeout", live.Timeout);
        errors.Check("CacheDuration", live.CacheDuration);
        errors.Check("CacheSize", live.CacheSize);
        errors.Check("MaxConcurrentQueries", live.MaxConcurrentQueries);
    }

    private static void Validate(SnapshotOptions snapshot, SettingErrors errors)
    {
        if (snapshot.Path is { } path && !string.IsNullOrWhiteSpace(path)
            && (path.Contains('\0', StringComparison.Ordinal) || Path.EndsInDirectorySeparator(path) || Directory.Exists(path)))
        {
            errors.Add("Path", $"is '{path}', which is not a file: write the path of one, in a folder that exists.");
        }

        errors.Check("MaxAge", snapshot.MaxAge);
        errors.Check("Interval", snapshot.Interval);
    }

    private static void Validate(UsageMetricsOptions usage, SettingErrors errors)
    {
        errors.Check("Interval", usage.Interval);
        if (usage.Interval > TimeSpan.Zero && usage.Interval < ShortestReportInterval)
        {
            errors.Add("Interval", $"is {usage.Interval:c}; write 0 to send nothing, or at least {ShortestReportInterval:c}.");
        }
    }

    private void ValidateFallback(string fallback, SettingErrors errors)
    {
        var known = new RemediationSeverities(remediations, Remediation.None);
        if (string.IsNullOrWhiteSpace(fallback) || !known.IsKnown(new Remediation(fallback)))
        {
            errors.Add("FallbackRemediation", $"is '{fallback}', which is not defined; write none or one of {string.Join(", ", known.Names)}.");
        }
    }
}
