using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Protection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Enforcement;

/// <summary>Brings the firewall to what the decisions say: in small steps while it is known what it holds, else by a look at
/// all of it.</summary>
internal sealed class FirewallEngine(
    FirewallSink sink,
    BlockListUpdater updater,
    ProtectedNetworks protection,
    IFirewallBackend backend,
    IOptions<FirewallOptions> options,
    TimeProvider time,
    ILogger<FirewallEngine> logger) : IFirewall, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _statusGate = new();
    private readonly BlockList _blocks = new();
    private readonly FirewallOptions _options = options.Value;
    private volatile FirewallStatus _status = new() { Firewall = backend.Name, IsDryRun = options.Value.DryRun };
    private bool _knowsDecisions;
    private bool _knowsFirewall;

    public FirewallStatus Status => _status;

    public Task<FirewallPlan> PlanAsync(CancellationToken cancellationToken = default) =>
        AloneAsync(() => LookAsync(cancellationToken), cancellationToken);

    public Task<FirewallPlan> ApplyAsync(CancellationToken cancellationToken = default) => AloneAsync(
        async () =>
        {
            var plan = await LookAsync(cancellationToken).ConfigureAwait(false);
            await CarryOutAsync(plan, cancellationToken).ConfigureAwait(false);
            return plan;
        },
        cancellationToken);

    public Task RemoveAsync(CancellationToken cancellationToken = default) => AloneAsync(
        async () =>
        {
            _knowsFirewall = false;
            await backend.RemoveAsync(cancellationToken).ConfigureAwait(false);
            logger.Removed(backend.Name);
            return true;
        },
        cancellationToken);

    /// <summary>Looks whether the firewall can be used, before decisions are known.</summary>
    internal Task PrepareAsync(CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            await backend.PrepareAsync(cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Puts what changed into force; everything, if it is not known what the firewall holds.</summary>
    /// <param name="isThorough">Whether to look at all that the firewall holds in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the next block ends that the firewall will not end by itself; null if there is none.</returns>
    internal Task<TimeSpan?> UpdateAsync(bool isThorough, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            _knowsFirewall &= !isThorough;
            var changed = TakeChanges();
            if (!_knowsDecisions || (_knowsFirewall && changed.Count == 0))
            {
                return NextEnd();
            }

            // Nothing is written in a dry run, so the next change needs a look again.
            var plan = _knowsFirewall && !_options.DryRun ? PlanChanges(changed) : await LookAsync(cancellationToken).ConfigureAwait(false);
            if (_options.DryRun)
            {
                _knowsFirewall = true;
                logger.WouldChange(backend.Name, plan.Added, plan.Renewed, plan.Removed);
            }
            else
            {
                await CarryOutAsync(plan, cancellationToken).ConfigureAwait(false);
            }

            return NextEnd();
        },
        cancellationToken);

    /// <summary>Looks, cheaply, whether what was written is still there.</summary>
    /// <returns>False when all of it must be looked at.</returns>
    internal Task<bool> IsIntactAsync(CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            if (!_knowsFirewall || _options.DryRun)
            {
                return true;
            }

            // Until it answers: where it fails, all of it is looked at next.
            _knowsFirewall = false;
            if (await backend.IsIntactAsync(cancellationToken).ConfigureAwait(false))
            {
                _knowsFirewall = true;
                Tell(status => status with { LastSuccess = time.GetUtcNow() });
                return true;
            }

            logger.Tampered(backend.Name);
            return false;
        },
        cancellationToken);

    /// <summary>Notes that something failed.</summary>
    /// <param name="error">What, for the operator.</param>
    /// <param name="kind">Why, if the firewall said so: rules without an effect block nothing.</param>
    internal void Failed(string error, FirewallErrorKind? kind) => Tell(status => status with
    {
        BlockedNetworks = kind is FirewallErrorKind.SwitchedOff or FirewallErrorKind.Overridden ? 0 : status.BlockedNetworks,
        ConsecutiveFailures = status.ConsecutiveFailures + 1,
        LastError = error,
    });

    public void Dispose() => _gate.Dispose();

    private IReadOnlyCollection<Prefix> TakeChanges()
    {
        var (snapshot, changed) = sink.Take();
        if (snapshot is not null)
        {
            updater.Replace(_blocks, snapshot);
            (_knowsDecisions, _knowsFirewall) = (true, false);
        }

        var ended = backend.EndsBlocks ? [] : _blocks.Ended(time.Now());
        var updated = updater.Update(_blocks, changed.Concat(ended));
        Tell(status => status with { WantedNetworks = _blocks.Blocks.Count });
        return updated;
    }

    private async Task<FirewallPlan> LookAsync(CancellationToken cancellationToken)
    {
        _knowsFirewall = false;
        TakeChanges();
        if (!_knowsDecisions)
        {
            throw new InvalidOperationException("No decisions were received yet, so it is not known what the firewall is to hold.");
        }

        _blocks.Allow(await protection.FindAsync(cancellationToken).ConfigureAwait(false));
        return await backend.PlanAsync(_blocks, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>From here until the plan is carried out nobody knows what the firewall holds.</summary>
    private FirewallPlan PlanChanges(IReadOnlyCollection<Prefix> changed)
    {
        _knowsFirewall = false;
        return backend.PlanChanges(_blocks, changed);
    }

    private async Task CarryOutAsync(FirewallPlan plan, CancellationToken cancellationToken)
    {
        var refused = await backend.ExecuteAsync(plan, cancellationToken).ConfigureAwait(false);
        _knowsFirewall = true;
        if (refused > 0)
        {
            logger.NetworksRefused(backend.Name, refused);
        }

        Succeeded(plan, refused);
    }

    private void Succeeded(FirewallPlan plan, int refused)
    {
        var before = Tell(status => status with
        {
            IsApplied = true,
            BlockedNetworks = status.WantedNetworks - refused,
            RefusedNetworks = refused,
            LastSuccess = time.GetUtcNow(),
            ConsecutiveFailures = 0,
            LastError = null,
        });
        if (!before.IsApplied)
        {
            logger.FirstApplied(backend.Name, _status.BlockedNetworks, plan.Added, plan.Renewed, plan.Removed);
        }
        else if (before.ConsecutiveFailures > 0)
        {
            logger.Recovered(backend.Name, before.ConsecutiveFailures);
        }
        else if (!plan.IsEmpty)
        {
            logger.Changed(backend.Name, plan.Added, plan.Renewed, plan.Removed);
        }
    }

    /// <returns>The status as it was before.</returns>
    private FirewallStatus Tell(Func<FirewallStatus, FirewallStatus> change)
    {
        lock (_statusGate)
        {
            var before = _status;
            _status = change(before);
            return before;
        }
    }

    private TimeSpan? NextEnd() =>
        backend.EndsBlocks || _blocks.Blocks.Count == 0 ? null : _blocks.Blocks.Values.Min(block => block.End);

    private async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
