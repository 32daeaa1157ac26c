using System.Globalization;
using Bouncer.Configuration;
using Bouncer.Connections;

namespace Bouncer.Settings;

/// <summary>Defines which settings are followed while the application runs.</summary>
internal static class SettingSections
{
    /// <summary>The keys that are only read at the start.</summary>
    internal static readonly string[] Fixed = ["Sync:Mode", "Sync:Startup", "Sync:StartupTimeout", "Live", "Snapshot", "EmbeddedIPv4", "FallbackRemediation"];

    /// <summary>Restores the settings that are only read at the start.</summary>
    /// <param name="read">The settings that were read; changed.</param>
    /// <param name="before">The settings in effect.</param>
    internal static void KeepFixed(BouncerOptions read, BouncerOptions before)
    {
        if (read.Sync.Mode == BouncerMode.Off && before.Sync.Mode != BouncerMode.Off)
        {
            // Valid without a LAPI, which is still needed until the next start.
            read.Lapi = before.Lapi;
        }

        read.Sync.Mode = before.Sync.Mode;
        read.Sync.Startup = before.Sync.Startup;
        read.Sync.StartupTimeout = before.Sync.StartupTimeout;
        read.Live = before.Live;
        read.Snapshot = before.Snapshot;
        read.EmbeddedIPv4 = before.EmbeddedIPv4;
        read.FallbackRemediation = before.FallbackRemediation;
    }

    /// <summary>The paths of the sections that differ.</summary>
    internal static IReadOnlyList<string> FindChanged(BouncerOptions one, BouncerOptions other)
    {
        var path = new SettingErrors(other);
        return [.. Parts(one).Zip(Parts(other)).Where(static both => both.First.Value != both.Second.Value).Select(both => path.PathOf(both.First.Key))];
    }

    private static (string Key, string Value)[] Parts(BouncerOptions options)
    {
        var (lapi, sync) = (options.Lapi, options.Sync);
        return
        [
            ("Lapi", Join(
                [lapi.FailoverAfter, lapi.ReturnAfter, lapi.Timeout, lapi.PullTimeout, lapi.MaxResponseBytes, .. LapiServer.AllOf(lapi).Select(static server => Describe(server.Options))])),
            ("Sync", Join(
                sync.Interval, sync.FullResyncInterval, List(sync.Scopes), List(sync.Origins), List(sync.ScenariosContaining), List(sync.ScenariosNotContaining),
                sync.MaxStaleness, sync.MinIPv4PrefixLength, sync.MinIPv6PrefixLength, sync.MaxDecisions)),
            ("UsageMetrics", Join(options.UsageMetrics.Interval)),
            ("TrustedNetworks", List(options.TrustedNetworks)),
            ("TrustLoopback", Join(options.TrustLoopback)),
        ];
    }

    private static string Describe(LapiServerOptions lapi) =>
        Join(lapi.Url?.OriginalString, lapi.ApiKey, lapi.ApiKeyFile, lapi.Proxy, ConnectionSettings.Describe(lapi.Tls));

    private static string Join(params object?[] values) => string.Join('\n', values.Select(static value => Convert.ToString(value, CultureInfo.InvariantCulture)));

    private static string List(IList<string>? texts) => texts is null ? "" : string.Join('\0', texts);
}
