namespace Bouncer.Lapi;

/// <summary>Settings, and what calls to LAPI need of them. Immutable.</summary>
/// <param name="Options">Valid options, which must not be changed.</param>
internal sealed record EngineSettings(BouncerOptions Options)
{
    internal LapiOptions Lapi => Options.Lapi;

    internal SyncOptions Sync => Options.Sync;

    /// <summary>The filters.</summary>
    internal DecisionQuery Query { get; } = new(Options.Sync);

    /// <summary>The address below which LAPI's paths lie.</summary>
    internal Uri Base { get; } = LapiAddress.Base(Options.Lapi.Url!);

    /// <summary>Whether other settings request the same decisions: with the same LAPI, key and filters.</summary>
    internal bool AskForTheSame(EngineSettings other) => Asked == other.Asked;

    private (Uri, string?, string?, string?, string?, string?, string?, int, int, int) Asked =>
        (Base, Lapi.ApiKey, Lapi.ApiKeyFile,
        Query.Scopes, Query.Origins, Query.ScenariosContaining, Query.ScenariosNotContaining,
        Sync.MinIPv4PrefixLength, Sync.MinIPv6PrefixLength, Sync.MaxDecisions);
}
