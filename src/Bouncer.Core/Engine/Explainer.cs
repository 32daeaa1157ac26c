using Bouncer.Configuration;
using Bouncer.Net;

namespace Bouncer.Engine;

/// <summary>Explains verdicts at one moment.</summary>
/// <param name="options">The settings in effect.</param>
/// <param name="status">The state of the engine.</param>
/// <param name="time">The time by the wall clock.</param>
internal sealed class Explainer(BouncerOptions options, BouncerStatus status, DateTimeOffset time)
{
    private readonly SettingErrors _paths = new(options);

    /// <summary>Explains a client whose address is not known.</summary>
    internal BouncerExplanation Unresolved() => Of([]) with { Source = VerdictSource.Unresolved };

    /// <summary>Explains a client that is blocked until the first synchronisation.</summary>
    internal BouncerExplanation NotReady(IReadOnlyList<ClientValue> client, Remediation remediation) => Of(client) with
    {
        Source = VerdictSource.NotReady,
        Remediation = remediation,
        Settings = [_paths.PathOf("Sync:Startup")],
    };

    /// <summary>Explains a client of an engine that uses no decisions.</summary>
    internal BouncerExplanation Off(IReadOnlyList<ClientValue> client) => Of(client) with
    {
        Source = VerdictSource.NotChecked,
        Settings = [_paths.PathOf("Sync:Mode")],
    };

    /// <summary>Explains a client in a trusted network, with the decisions that are not enforced because of it.</summary>
    internal BouncerExplanation Trusted(IReadOnlyList<ClientValue> client, IReadOnlyList<BouncerVerdict> verdicts, IpPrefix network, string setting) => Of(client) with
    {
        Source = VerdictSource.Trusted,
        TrustedNetwork = network.ToIPNetwork().ToString(),
        Settings = [_paths.PathOf(setting)],
        Decisions = [.. verdicts.Select(verdict => new ExplainedDecision { Decision = verdict.Decision!, Settings = [_paths.PathOf(setting)] })],
    };

    /// <summary>Explains a client by the decisions on it.</summary>
    /// <param name="client">The client's values.</param>
    /// <param name="verdicts">The verdicts on the decisions, strongest first.</param>
    internal BouncerExplanation Of(IReadOnlyList<ClientValue> client, IReadOnlyList<BouncerVerdict> verdicts) => Of(client) with
    {
        Remediation = verdicts is [var strongest, ..] ? strongest.Remediation : default,
        Source = status.Mode == BouncerMode.Live ? VerdictSource.Live : status.IsStale && verdicts.Count == 0 ? VerdictSource.Unavailable : VerdictSource.Store,
        IsStale = status.IsStale,
        Decisions = [.. verdicts.Select((verdict, index) => Explain(verdict, index == 0))],
    };

    private BouncerExplanation Of(IReadOnlyList<ClientValue> client) => new() { Time = time, Client = client, Lapi = status.Lapi, Status = status };

    private ExplainedDecision Explain(in BouncerVerdict verdict, bool isDecisive) => new()
    {
        Decision = verdict.Decision!,
        Remediation = verdict.Remediation,
        Settings = verdict.Remediation == verdict.Decision!.Remediation ? [] : [_paths.PathOf(nameof(BouncerOptions.FallbackRemediation))],
        IsDecisive = isDecisive,
    };
}
