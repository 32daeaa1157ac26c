namespace Bouncer.Journal.Entries;

/// <summary>What entries have in common regardless of the visitor. A database keeps each once.</summary>
internal readonly record struct JournalReason(string Remediation, string Outcome, string Policy, string Origin, string Scenario);
