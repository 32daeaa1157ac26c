using System.Threading.Channels;
using Bouncer.AspNetCore;
using Bouncer.Journal.Entries;
using Bouncer.Journal.Telemetry;

namespace Bouncer.Journal.Writing;

/// <summary>Holds events until they are written, so that no request waits for the database. If it is full, events are dropped and
/// counted.</summary>
internal sealed class JournalQueue(JournalMetrics metrics, TimeProvider time) : IRemediationSink
{
    /// <summary>A second of events at the highest rate that is expected. They take up to 12 MB.</summary>
    internal const int Capacity = 65_536;

    private readonly Channel<QueueItem> _items = Channel.CreateBounded<QueueItem>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when no more events are taken.</summary>
    internal Task Closed => _closed.Task;

    internal ChannelReader<QueueItem> Items => _items.Reader;

    public void Take(in Remediated remediated)
    {
        var decision = remediated.Decision;
        var reason = new JournalReason(remediated.Remediation.Name, remediated.Outcome, remediated.Policy, Clean(decision?.Origin), Clean(decision?.Scenario));
        var taken = new JournalEvent(time.GetUtcNow().UtcDateTime, remediated.Client, reason, decision?.Id, remediated.Reference);
        if (!_items.Writer.TryWrite(new(taken)))
        {
            metrics.Dropped();
        }
    }

    /// <summary>Waits until all events so far are in the database.</summary>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        var mark = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _items.Writer.WriteAsync(new(default, mark), cancellationToken).ConfigureAwait(false);
        await mark.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes no more events.</summary>
    internal void Close()
    {
        _items.Writer.TryComplete();
        _closed.TrySetResult();
    }

    /// <summary>PostgreSQL takes no text with this character.</summary>
    private static string Clean(string? text) => text is null ? "" : text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '?') : text;
}
