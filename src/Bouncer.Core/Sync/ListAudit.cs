namespace Bouncer.Sync;

/// <summary>Compares what is held with what LAPI has, with the queries that it answers.</summary>
internal sealed class ListAudit(LapiQuestions questions, DecisionLedger ledger, IdAudit byIds, ValueAudit byValues) : IListAudit
{
    /// <summary>Whether a difference was attributed to decisions that end about now, so that the next poll should come soon.</summary>
    internal bool IsBlurred => questions.Ability == LapiAbility.Ids && byIds.IsBlurred;

    /// <summary>Whether there was a difference that has not been shown to be gone.</summary>
    internal bool IsInDoubt => questions.Ability == LapiAbility.None || (questions.Ability == LapiAbility.Ids && byIds.IsInDoubt);

    public async Task<bool> IsInStepAsync(AuditDepth depth, CancellationToken cancellationToken)
    {
        if (questions.Ability == LapiAbility.Unknown)
        {
            await questions.LearnAsync(ledger.Sample(), cancellationToken).ConfigureAwait(false);
        }

        return questions.Ability switch
        {
            LapiAbility.None => true,
            LapiAbility.Ids => await byIds.IsInStepAsync(depth, cancellationToken).ConfigureAwait(false),
            _ => await byValues.IsInStepAsync(depth, cancellationToken).ConfigureAwait(false),
        };
    }
}
