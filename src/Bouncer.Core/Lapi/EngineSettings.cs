using Bouncer.Connections;
using Bouncer.Settings;
using Refit;

namespace Bouncer.Lapi;

/// <summary>Settings, and what calls to one of the LAPIs need of them. Immutable.</summary>
internal sealed record EngineSettings
{
    /// <param name="options">Valid options, which must not be changed.</param>
    /// <param name="number">The LAPI to call, by its place in the order of preference.</param>
    internal EngineSettings(BouncerOptions options, int number = 0)
    {
        Options = options;
        Servers = LapiServer.AllOf(options.Lapi);
        Server = Servers[number];
        Query = new(options.Sync);
        Connection = new(Server.Section, Server.Options.Url!, Server.Options.Proxy, options.Lapi.Timeout, Server.Options.Tls);
    }

    internal BouncerOptions Options { get; }

    /// <summary>All LAPIs in the order of preference.</summary>
    internal IReadOnlyList<LapiServer> Servers { get; }

    /// <summary>The LAPI to call.</summary>
    internal LapiServer Server { get; }

    /// <summary>What applies to calls of any LAPI.</summary>
    internal LapiOptions Lapi => Options.Lapi;

    internal SyncOptions Sync => Options.Sync;

    /// <summary>The filters.</summary>
    internal DecisionQuery Query { get; }

    /// <summary>How LAPI is reached.</summary>
    internal ConnectionSettings Connection { get; }

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

    /// <summary>These settings for another LAPI.</summary>
    internal EngineSettings For(int number) => number == Server.Number ? this : new(Options, number);

    /// <summary>Changed settings for the same LAPI, or for the first if they do not have it.</summary>
    internal EngineSettings With(BouncerOptions options)
    {
        var first = new EngineSettings(options);
        return first.Servers.Select(server => first.For(server.Number)).FirstOrDefault(one => one.Identity == Identity) ?? first;
    }

    /// <summary>Whether other settings request the same decisions: with the same LAPI, key, client certificate and filters.</summary>
    internal bool AskForTheSame(EngineSettings other) => Asked == other.Asked;

    private (string, string?, string?, string?, string?, string?, string?, string?, int, int, int) Asked =>
        (Identity, Server.Options.ApiKey, Server.Options.ApiKeyFile, Server.Options.Tls.CertificateFile,
        Query.Scopes, Query.Origins, Query.ScenariosContaining, Query.ScenariosNotContaining,
        Sync.MinIPv4PrefixLength, Sync.MinIPv6PrefixLength, Sync.MaxDecisions);
}
