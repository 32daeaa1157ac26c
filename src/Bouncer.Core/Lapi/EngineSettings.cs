using Bouncer.Connections;
using Refit;

namespace Bouncer.Lapi;

/// <summary>Settings, and what calls to LAPI need of them. Immutable.</summary>
/// <param name="Options">Valid options, which must not be changed.</param>
internal sealed record EngineSettings(BouncerOptions Options)
{
    internal LapiOptions Lapi => Options.Lapi;

    internal SyncOptions Sync => Options.Sync;

    /// <summary>The filters.</summary>
    internal DecisionQuery Query { get; } = new(Options.Sync);

    /// <summary>How LAPI is reached.</summary>
    internal ConnectionSettings Connection { get; } = new("Bouncer:Lapi", Options.Lapi.Url!, Options.Lapi.Proxy, Options.Lapi.Timeout, Options.Lapi.Tls);

    /// <summary>The settings of Refit's client: without a JSON serializer, because Refit neither reads nor writes bodies here, with the
    /// HTTP client's own exceptions, and with <see cref="Connection"/> for each request.</summary>
    internal RefitSettings Refit => field ??= new(NoContent.Instance)
    {
        TransportExceptionFactory = static (_, exception, _) => exception,
        HttpRequestMessageOptions = new() { [ConnectionSettings.Option.Key] = Connection },
    };

    /// <summary>The address below which LAPI's paths lie.</summary>
    internal Uri Base => field ??= LapiAddress.Base(Connection.Url);

    /// <summary>Which LAPI it is, without the way to it.</summary>
    internal string Identity => Connection.Socket is null ? Base.AbsoluteUri : Connection.Address;

    /// <summary>Whether other settings request the same decisions: with the same LAPI, key, client certificate and filters.</summary>
    internal bool AskForTheSame(EngineSettings other) => Asked == other.Asked;

    private (string, string?, string?, string?, string?, string?, string?, string?, int, int, int) Asked =>
        (Identity, Lapi.ApiKey, Lapi.ApiKeyFile, Lapi.Tls.CertificateFile,
        Query.Scopes, Query.Origins, Query.ScenariosContaining, Query.ScenariosNotContaining,
        Sync.MinIPv4PrefixLength, Sync.MinIPv6PrefixLength, Sync.MaxDecisions);
}
