using System.Threading.Channels;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Enforcement;

/// <summary>Collects changes until the firewall is ready for them. A firewall that falls behind goes directly to the newest
/// state.</summary>
internal sealed class FirewallSink(ListedTypes types) : IDecisionSink
{
    private readonly Lock _gate = new();

    /// <summary>One pending signal is enough.</summary>
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private IReadOnlyCollection<Decision>? _snapshot;
    private HashSet<Prefix> _changed = [];

    public string Name => "firewall";

    public ValueTask ApplyAsync(DecisionChangeSet changes, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (changes.IsSnapshot)
            {
                _snapshot = changes.Added;
                _changed.Clear();
            }
            else
            {
                Note(changes.Removed);
                Note(changes.Added);
            }
        }

        Wake();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the wait: there is something to do.</summary>
    internal void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Returns when something changed since the last call.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Returns the changes since the last call.</summary>
    internal (IReadOnlyCollection<Decision>? Snapshot, IReadOnlyCollection<Prefix> Changed) Take()
    {
        lock (_gate)
        {
            var taken = (_snapshot, _changed);
            (_snapshot, _changed) = (null, []);
            return taken;
        }
    }

    private void Note(IReadOnlyCollection<Decision> decisions)
    {
        foreach (var decision in decisions)
        {
            if (types.Include(decision) && decision.Network is { } network)
            {
                _changed.Add(Prefix.From(network));
            }
        }
    }
}
