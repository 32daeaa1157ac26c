using Bouncer.Journal.Entries;
using Bouncer.Journal.Storage;
using Bouncer.Journal.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.Journal.Writing;

/// <summary>Writes the queue to the database in batches. While the database fails, the batch is tried again and the queue fills.</summary>
internal sealed class JournalWriter(JournalQueue queue, IJournalStore store, JournalMetrics metrics, TimeProvider time, ILogger<JournalWriter> logger) : BackgroundService
{
    /// <summary>The largest number of events in a transaction.</summary>
    internal const int Batch = 8192;

    /// <summary>How long few events wait for others to be written with.</summary>
    internal static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>How long a stop waits for the database.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly List<JournalEvent> _batch = new(Batch);
    private readonly List<TaskCompletionSource> _marks = [];
    private int _failures;

    /// <summary>Takes no more events, and waits until those before are written.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        if (ExecuteTask is { } running)
        {
            await running.WaitAsync(Farewell, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (queue.Items.Count + _batch.Count is > 0 and var lost)
        {
            logger.JournalLost(lost);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await queue.Items.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await WriteSomeAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Writing reports its own failures: an exception from it means that the log failed. The host must not stop for that.
            }
        }
    }

    private async Task WriteSomeAsync(CancellationToken stoppingToken)
    {
        await GatherAsync(stoppingToken).ConfigureAwait(false);
        while (_marks.Count == 0 && _batch.Count < Batch && queue.Items.TryRead(out var item))
        {
            if (item.Mark is { } mark)
            {
                _marks.Add(mark);
            }
            else
            {
                _batch.Add(item.Event);
            }
        }

        await WriteAsync(stoppingToken).ConfigureAwait(false);
    }

    private async Task GatherAsync(CancellationToken stoppingToken)
    {
        if (queue.Items.Count < Batch && !queue.Closed.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(Gather, time, stoppingToken), queue.Closed).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the batch, and tries again until it succeeds.</summary>
    private async Task WriteAsync(CancellationToken stoppingToken)
    {
        while (!await TryWriteAsync(stoppingToken).ConfigureAwait(false))
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(_failures, 8) - 1))), time, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> TryWriteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (_batch.Count > 0)
            {
                await store.AddAsync(_batch, stoppingToken).ConfigureAwait(false);
                metrics.Written(_batch.Count);
                _batch.Clear();
            }
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            if (_failures++ == 0)
            {
                logger.JournalFailed(failure.Message);
            }

            return false;
        }

        if (_failures > 0)
        {
            logger.JournalRecovered(_failures);
            _failures = 0;
        }

        _marks.ForEach(static mark => mark.TrySetResult());
        _marks.Clear();
        return true;
    }
}
