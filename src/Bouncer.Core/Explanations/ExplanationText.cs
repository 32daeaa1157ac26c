using System.Globalization;
using System.Text;
using Bouncer.Telemetry;

namespace Bouncer.Explanations;

/// <summary>Writes an explanation for a person.</summary>
internal static class ExplanationText
{
    internal static string Of(BouncerExplanation explanation)
    {
        var text = new StringBuilder();
        text.AppendLine(Outcome(explanation));
        if (explanation.IsDryRun)
        {
            text.AppendLine("The policy is a dry run: the remediation is only recorded, and the request passes.");
        }

        if (Staleness(explanation) is { } staleness)
        {
            text.AppendLine(staleness);
        }

        if (explanation.Decisions.Count > 0)
        {
            text.AppendLine().AppendLine(Heading(explanation));
            foreach (var decision in explanation.Decisions)
            {
                text.AppendLine(Line(decision, explanation));
            }
        }

        return text.AppendLine().Append(Origin(explanation)).ToString();
    }

    private static string Outcome(BouncerExplanation explanation)
    {
        var client = explanation.Client.Count == 0 ? "A client without an address" : string.Join(", ", explanation.Client.Select(Name));
        var happens = explanation.Remediation.IsNone ? "passes" : $"gets {explanation.Remediation}";
        var policy = explanation.Policy is { } name ? $" under the policy {Printable(name)}" : "";
        return $"{client} {happens}{policy}: {Reason(explanation)}";
    }

    private static string Reason(BouncerExplanation explanation) => explanation switch
    {
        { TrustedNetwork: { } network, Remediation.IsNone: true } => $"its address is in {network}, which {Settings(explanation)} trusts.",
        { Source: VerdictSource.NotReady } => $"the first synchronisation is not complete, and {Settings(explanation)} blocks clients until then.",
        { Source: VerdictSource.NotChecked } => $"{Settings(explanation)} leaves decisions out.",
        { Source: VerdictSource.Unresolved } when explanation.Settings.Count > 0 => $"its address is not known, for which {Settings(explanation)} applies.",
        { Source: VerdictSource.Unresolved } => "its address is not known.",
        { Decisions.Count: 0, Settings.Count: > 0 } => $"no decision on it is known, and {Settings(explanation)} applies.",
        { Decisions.Count: 0 } => "there is no decision on it.",
        { Settings.Count: > 0 } => $"{Settings(explanation)} is stronger than the decisions on it.",
        { Remediation.IsNone: true } => "the decisions on it let it pass.",
        _ => $"because of decision {explanation.Decisions.FirstOrDefault(static decision => decision.IsDecisive)?.Decision.Id.ToString(CultureInfo.InvariantCulture)}.",
    };

    private static string? Staleness(BouncerExplanation explanation) => explanation switch
    {
        { Status.Mode: BouncerMode.Live } => "Live mode: only answers of LAPI that are cached count. Check the client first to query LAPI.",
        { IsStale: true } => "The decisions held are older than MaxStaleness allows, so there may be others.",
        _ => null,
    };

    private static string Heading(BouncerExplanation explanation) => (explanation.Decisions.Count, explanation.TrustedNetwork) switch
    {
        _ when explanation.Source == VerdictSource.NotChecked => "Left out:",
        (1, null) => "There is one decision:",
        (var count, null) => string.Create(CultureInfo.InvariantCulture, $"There are {count} decisions; the strongest applies:"),
        (1, _) => "There is one decision; decisions on a trusted address are not enforced:",
        (var count, _) => string.Create(CultureInfo.InvariantCulture, $"There are {count} decisions; those on a trusted address are not enforced:"),
    };

    private static string Line(ExplainedDecision explained, BouncerExplanation explanation)
    {
        var decision = explained.Decision;
        var change = explained.Settings.Count == 0 ? "" : $" ({explained.Remediation} because of {string.Join(", then ", explained.Settings)})";
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{(explained.IsDecisive ? '*' : '-')} {decision.Id}: {Printable(decision.Type)}{change} on {Name(new(decision.Scope, decision.Value))}, origin {Printable(decision.Origin)}, scenario {Printable(decision.Scenario)}, until {At(decision.ExpiresAt)}");
        return $"{line} ({Length(decision.ExpiresAt - explanation.Time)} left).";
    }

    private static string Origin(BouncerExplanation explanation)
    {
        var status = explanation.Status;
        if (status.Mode == BouncerMode.Off)
        {
            return "LAPI is not asked for decisions.";
        }

        var from = explanation.Lapi is { } lapi ? $"LAPI at {lapi}" : "LAPI";
        var times = status.LastSuccess is { } success
            ? $"last answered at {At(success)} ({Length(explanation.Time - success)} ago)"
            : "has not answered yet";
        var whole = status.LastFullSync is { } full ? $"; the whole list was pulled at {At(full)}" : "";
        var snapshot = status.IsFromSnapshot ? " The decisions come from a snapshot." : "";
        return $"{from} {times}{whole}.{snapshot}";
    }

    private static string Settings(BouncerExplanation explanation) => string.Join(" and ", explanation.Settings);

    private static string Name(ClientValue value) =>
        value.Scope.IsAddress ? Printable(value.Value) : $"{Printable(value.Scope.Name)} {Printable(value.Value)}";

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Length(TimeSpan time)
    {
        var length = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        return length switch
        {
            { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{length.Days} d {length.Hours} h"),
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{length.Hours} h {length.Minutes} min"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{length.Minutes} min {length.Seconds} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{length.Seconds} s"),
        };
    }

    /// <summary>Text from LAPI, without characters that would control a terminal or forge a line.</summary>
    private static string Printable(string text) => text.Length == 0 ? "(none)" : LogText.Of(text);
}
