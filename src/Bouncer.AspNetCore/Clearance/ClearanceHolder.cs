namespace Bouncer.AspNetCore.Clearance;

/// <summary>The client to which a clearance is granted, and the decision for which it is granted.</summary>
/// <param name="Client">The client.</param>
/// <param name="DecisionId">The decision; zero for none.</param>
/// <param name="DecisionEndsAt">When it ends.</param>
internal readonly record struct ClearanceHolder(ClientKey Client, long DecisionId, DateTimeOffset DecisionEndsAt)
{
    /// <summary>Gets the holder from a request.</summary>
    internal static ClearanceHolder Of(in RemediationContext context) => new(
        ClientKey.Of(context.ClientAddress), context.Verdict.Decision?.Id ?? 0, context.Verdict.Decision?.ExpiresAt ?? DateTimeOffset.MaxValue);
}
