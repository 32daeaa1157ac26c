using Bouncer.Lapi;
using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Snapshots;

/// <summary>Saves the decisions held while the host runs, in its own task: neither requests nor the synchronisation wait for it.</summary>
internal sealed class SnapshotSaver(SnapshotFile file, TimeSpan interval, DecisionStore store, PullMarks marks, TimeProvider time, ILogger logger)
{
    /// <summary>How old the pull of a saved snapshot may become while no decision changes.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(10);

    private (long Version, PullMark Mark)? _saved;
    private bool _hasFailed;

    /// <summary>Saves after changes until it is cancelled, and then once more.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await marks.NextAsync(cancellationToken).ConfigureAwait(false);
                if (IsDue() && await TrySaveAsync().ConfigureAwait(false))
                {
                    await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await TrySaveAsync().ConfigureAwait(false);
        }
    }

    /// <returns>Whether to wait before the next attempt.</returns>
    private async Task<bool> TrySaveAsync()
    {
        try
        {
            return await SaveAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Saving reports its own failures: an exception from it means that the log failed. The next attempt matters more.
            return true;
        }
    }

    private bool IsDue() =>
        _saved is not var (version, mark) || version != store.Index.Version || time.GetElapsedTime(mark.Timestamp) >= Refresh;

    /// <returns>Whether there was something to save.</returns>
    private async Task<bool> SaveAsync()
    {
        // In this order: what is held when the same mark is still there has not been replaced by the decisions of other settings.
        if (marks.Last is not { } mark || (_saved is var (version, saved) && saved == mark && version == store.Index.Version))
        {
            return false;
        }

        try
        {
            // Stopping does not cancel it: the key is read at once, or not at all.
            var identity = await SnapshotIdentity.OfAsync(mark.Settings, CancellationToken.None).ConfigureAwait(false);
            var index = store.Index;
            if (!ReferenceEquals(marks.Last?.Settings, mark.Settings))
            {
                return false;
            }

            var began = time.GetTimestamp();
            var count = file.Replace(stream => SnapshotWriter.Write(stream, index, identity, time.GetElapsedTime(mark.Timestamp), time));
            _saved = (index.Version, mark);
            _hasFailed = false;
            logger.SnapshotSaved(count, time.GetElapsedTime(began));
        }
        catch (Exception error)
        {
            file.RemoveTemporary();
            if (!_hasFailed)
            {
                _hasFailed = true;
                logger.SnapshotNotSaved(error is IOException or UnauthorizedAccessException or LapiException ? null : error, error.Message);
            }
        }

        return true;
    }
}
