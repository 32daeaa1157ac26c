namespace Bouncer.AspNetCore.Clearance;

/// <summary>Whom a clearance is for, and in spite of which decision.</summary>
/// <param name="Client">The client.</param>
/// <param name="DecisionId">The decision; zero for none.</param>
/// <param name="DecisionEndsAt">When it ends.</param>
internal readonly record struct ClearanceHolder(ClientKey Client, long DecisionId, DateTimeOffset DecisionEndsAt)
{
    /// <summary>The client of a request.</summary>
    internal static ClearanceHolder Of(in RemediationContext context) => new(
        ClientKey.Of(context.ClientAddress), context.Verdict.Decision?.Id ?? 0, context.Verdict.Decision?.ExpiresAt ?? DateTimeOffset.MaxValue);
}
