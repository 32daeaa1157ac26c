namespace Bouncer.Lapi;

/// <summary>Settings, and what follows from them for calls to LAPI. Immutable.</summary>
/// <param name="Options">Valid options, which nobody changes.</param>
internal sealed record EngineSettings(BouncerOptions Options)
{
    internal LapiOptions Lapi => Options.Lapi;

    internal SyncOptions Sync => Options.Sync;

    /// <summary>What LAPI is asked for.</summary>
    internal DecisionQuery Query { get; } = new(Options.Sync);

    /// <summary>The address below which LAPI's paths lie.</summary>
    internal Uri Base { get; } = LapiAddress.Base(Options.Lapi.Url!);

    /// <summary>Whether the decisions held by other settings are those that these ask for: the same LAPI, key and filters.</summary>
    internal bool AskForTheSame(EngineSettings other) => Asked == other.Asked;

    private (Uri, string?, string?, string?, string?, string?, string?, int, int, int) Asked =>
        (Base, Lapi.ApiKey, Lapi.ApiKeyFile,
        Query.Scopes, Query.Origins, Query.ScenariosContaining, Query.ScenariosNotContaining,
        Sync.MinIPv4PrefixLength, Sync.MinIPv6PrefixLength, Sync.MaxDecisions);
}
