using Bouncer.Journal.Ladder;
using Bouncer.Journal.Storage;
using Bouncer.Journal.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Journal.Retention;

/// <summary>Takes all entries as far down the ladder as their age demands, in small transactions. What it makes depends only on the
/// entries and the time: it can be interrupted, run twice, or run after a year.</summary>
internal sealed class RetentionLadder(IJournalStore store, IOptions<JournalOptions> options, TimeProvider time, ILogger<RetentionLadder> logger)
{
    /// <summary>The number of rows in a transaction.</summary>
    internal const int Batch = 20_000;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    /// <summary>Whether rows were taken since the database was last tidied.</summary>
    private bool _isUntidy;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var (now, toldAt) = (time.GetUtcNow().UtcDateTime, time.GetTimestamp());
        var (coarsened, deleted) = (0L, 0L);
        foreach (var step in LadderStep.All(options.Value.DeleteAfterMonths))
        {
            foreach (var (from, before) in DueTimes.Of(now, step.Months))
            {
                int taken;
                do
                {
                    taken = await store.StepDownAsync(step, from, before, Batch, cancellationToken).ConfigureAwait(false);
                    _isUntidy |= taken > 0;
                    (coarsened, deleted) = step.To is null ? (coarsened, deleted + taken) : (coarsened + taken, deleted);
                    if (time.GetElapsedTime(toldAt) >= ProgressInterval)
                    {
                        toldAt = time.GetTimestamp();
                        logger.LadderProgress(coarsened + deleted);
                    }
                }
                while (taken == Batch);
            }
        }

        if (coarsened + deleted > 0)
        {
            logger.LadderDone(coarsened, deleted);
        }

        if (_isUntidy)
        {
            await store.TidyAsync(cancellationToken).ConfigureAwait(false);
            _isUntidy = false;
        }
    }
}
