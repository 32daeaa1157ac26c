using System.Threading.Channels;
using Bouncer.Lapi;

namespace Bouncer.Snapshots;

/// <summary>Tells the saving of snapshots whose decisions are held, and since when. The puller sets it; another thread reads it.</summary>
internal sealed class PullMarks
{
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile PullMark? _last;

    /// <summary>The last pull; null if other settings are about to replace what is held, or nothing has been pulled.</summary>
    internal PullMark? Last => _last;

    internal void Pulled(EngineSettings settings, long timestamp)
    {
        _last = new PullMark(settings, timestamp);
        _news.Writer.TryWrite(true);
    }

    /// <summary>Has nothing saved until the next pull. Called before the decisions of other settings are held.</summary>
    internal void Forget() => _last = null;

    /// <summary>Waits for a pull since the last call.</summary>
    internal ValueTask<bool> NextAsync(CancellationToken cancellationToken) => _news.Reader.ReadAsync(cancellationToken);
}
