using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Protection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Enforcement;

/// <summary>Applies the decisions to the firewall: in small steps while its content is known, otherwise by a full
/// comparison.</summary>
internal sealed class FirewallEngine(
    FirewallSink sink,
    BlockListUpdater updater,
    ProtectedNetworks protection,
    IFirewallBackend backend,
    IOptions<FirewallOptions> options,
    TimeProvider time,
    ILogger<FirewallEngine> logger) : IFirewall, IDisposable
{
    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _statusGate = new();
    private readonly BlockList _blocks = new();
    private readonly FirewallOptions _options = options.Value;
    private volatile FirewallStatus _status = new() { Firewall = backend.Name, IsDryRun = options.Value.DryRun };

    /// <summary>The networks that changed since the whole list was last in effect; a new list writes them first.</summary>
    private readonly HashSet<Prefix> _unwritten = [];
    private TimeSpan _nextWarning;
    private bool _knowsDecisions;
    private bool _knowsFirewall;
    private int _exempt;
    private (int Added, int Renewed, int Removed) _written;

    public FirewallStatus Status => _status;

    public Task<FirewallPlan> PlanAsync(CancellationToken cancellationToken = default) =>
        RunExclusiveAsync(() => LookAsync(mayRewrite: false, cancellationToken), cancellationToken);

    public Task<FirewallPlan> ApplyAsync(CancellationToken cancellationToken = default) => RunExclusiveAsync(
        async () =>
        {
            var plan = await LookAsync(mayRewrite: false, cancellationToken).ConfigureAwait(false);
            await CarryOutAsync(plan, cancellationToken).ConfigureAwait(false);
            return plan;
        },
        cancellationToken);

    public Task RemoveAsync(CancellationToken cancellationToken = default) => RunExclusiveAsync(
        async () =>
        {
            _knowsFirewall = false;
            await backend.RemoveAsync(cancellationToken).ConfigureAwait(false);
            Tell(status => status with { BlockedNetworks = 0, LastError = null });
            logger.Removed(backend.Name);
            return true;
        },
        cancellationToken);

    /// <summary>Checks whether the firewall can be used, before decisions are known.</summary>
    internal Task PrepareAsync(CancellationToken cancellationToken) => RunExclusiveAsync(
        async () =>
        {
            await backend.PrepareAsync(cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Applies changes, or the whole list if the firewall's content is not known. A long list is written in parts, one in
    /// each call, so that later changes take effect with the next part.</summary>
    /// <param name="isThorough">Whether to compare the whole content of the firewall in any case.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When the next call is due if nothing changes before; null if never.</returns>
    internal Task<TimeSpan?> UpdateAsync(bool isThorough, CancellationToken cancellationToken) => RunExclusiveAsync(
        async () =>
        {
            _knowsFirewall &= !isThorough;
            var allowed = _blocks.Allowed;
            var exempted = protection.Due <= time.Now() ? await ProtectAsync(cancellationToken).ConfigureAwait(false) : [];
            IReadOnlyCollection<Prefix> changed = [.. exempted, .. TakeChanges()];

            // A gateway within a blocked range changes the rules, but no block.
            if (!_knowsDecisions || (_knowsFirewall && changed.Count == 0 && backend.Pending == 0 && _blocks.Allowed == allowed))
            {
                return NextCall();
            }

            // A dry run writes nothing, so the next change needs a full comparison again.
            var plan = _knowsFirewall && !_options.DryRun
                ? PlanChanges(changed)
                : await LookAsync(mayRewrite: !_options.DryRun, cancellationToken).ConfigureAwait(false);
            if (_options.DryRun)
            {
                _knowsFirewall = true;
                _unwritten.Clear();
                logger.WouldChange(backend.Name, plan.Added, plan.Renewed, plan.Removed);
            }
            else
            {
                await CarryOutAsync(plan, cancellationToken).ConfigureAwait(false);
            }

            return NextCall();
        },
        cancellationToken);

    /// <summary>Checks, cheaply, whether what was written is still there.</summary>
    /// <returns>False if a full comparison is needed.</returns>
    internal Task<bool> IsIntactAsync(CancellationToken cancellationToken) => RunExclusiveAsync(
        async () =>
        {
            if (!_knowsFirewall || _options.DryRun)
            {
                return true;
            }

            // Set before the check, because a full comparison must follow if it fails.
            _knowsFirewall = false;
            var integrity = await backend.CheckAsync(cancellationToken).ConfigureAwait(false);
            if (integrity == Integrity.Intact)
            {
                _knowsFirewall = true;
                Tell(status => status with { LastSuccess = time.GetUtcNow() });
                return true;
            }

            Tell(Doubted);
            if (integrity == Integrity.Changed)
            {
                Tampered();
            }

            return false;
        },
        cancellationToken);

    /// <summary>Records that another program may have changed the rules, so that they may no longer be in effect.</summary>
    internal void Doubt() => Tell(status => backend.IsSuspect ? Doubted(status) : status);

    /// <summary>Tells the operator, once a minute at most, that another program changes the rules.</summary>
    internal void Tampered()
    {
        var now = time.Now();
        if (now >= _nextWarning)
        {
            _nextWarning = now + WarningInterval;
            logger.Tampered(backend.Name);
        }
        else
        {
            logger.TamperedAgain(backend.Name);
        }
    }

    /// <summary>Records a failure.</summary>
    /// <param name="error">What failed, for the operator.</param>
    /// <param name="kind">The reason, if it is known; rules without an effect block nothing.</param>
    internal void Failed(string error, FirewallErrorKind? kind) => Tell(status => status with
    {
        BlockedNetworks = kind is FirewallErrorKind.SwitchedOff or FirewallErrorKind.Overridden
            ? 0
            : Math.Min(status.BlockedNetworks, backend.Holds ?? int.MaxValue),
        ConsecutiveFailures = status.ConsecutiveFailures + 1,
        LastError = error,
    });

    public void Dispose() => _gate.Dispose();

    private IReadOnlyCollection<Prefix> TakeChanges()
    {
        var (snapshot, changed) = sink.Take();
        if (snapshot is not null)
        {
            _unwritten.UnionWith(updater.Replace(_blocks, snapshot));
            (_knowsDecisions, _knowsFirewall) = (true, false);
        }

        var ended = backend.EndsBlocks ? [] : _blocks.Ended(time.Now());
        var updated = updater.Update(_blocks, changed.Concat(ended));
        _unwritten.UnionWith(updated);
        TellCounts();
        return updated;
    }

    /// <summary>Finds the networks that must never be blocked.</summary>
    /// <returns>The networks that are blocked from now on, or no longer.</returns>
    private async Task<IReadOnlyCollection<Prefix>> ProtectAsync(CancellationToken cancellationToken)
    {
        var changed = _blocks.Allow(await protection.FindAsync(cancellationToken).ConfigureAwait(false));
        _unwritten.UnionWith(changed);
        TellCounts();
        return changed;
    }

    private void TellCounts()
    {
        Tell(status => status with { WantedNetworks = _blocks.Blocks.Count, ExemptNetworks = _blocks.Exempt });
        if (_blocks.Exempt > _exempt)
        {
            logger.NetworksExempt(_blocks.Exempt);
        }

        _exempt = _blocks.Exempt;
    }

    private async Task<FirewallPlan> LookAsync(bool mayRewrite, CancellationToken cancellationToken)
    {
        _knowsFirewall = false;
        TakeChanges();
        if (!_knowsDecisions)
        {
            throw new InvalidOperationException("No decisions have been received yet, so it is not known what the firewall should block.");
        }

        await ProtectAsync(cancellationToken).ConfigureAwait(false);
        _written = default;
        Doubt();
        return await backend.PlanAsync(_blocks, _unwritten, mayRewrite, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Plans changes. Until they are executed, the firewall's content counts as unknown.</summary>
    private FirewallPlan PlanChanges(IReadOnlyCollection<Prefix> changed)
    {
        _knowsFirewall = false;
        return backend.PlanChanges(_blocks, changed);
    }

    private async Task CarryOutAsync(FirewallPlan plan, CancellationToken cancellationToken)
    {
        var refused = await backend.ExecuteAsync(plan, cancellationToken).ConfigureAwait(false);
        _knowsFirewall = true;
        if (backend.Pending == 0)
        {
            _unwritten.Clear();
        }

        if (refused > 0)
        {
            logger.NetworksRefused(backend.Name, refused);
        }

        Succeeded(plan, refused);
    }

    private void Succeeded(FirewallPlan plan, int refused)
    {
        _written = (_written.Added + plan.Added, _written.Renewed + plan.Renewed, _written.Removed + plan.Removed);
        var pending = backend.Pending;
        var before = Tell(status => status with
        {
            IsApplied = status.IsApplied || pending == 0,
            BlockedNetworks = backend.IsSuspect ? 0 : Math.Max(0, status.WantedNetworks - refused - pending),
            RefusedNetworks = refused,
            LastSuccess = time.GetUtcNow(),
            ConsecutiveFailures = pending == 0 ? 0 : status.ConsecutiveFailures,
            LastError = pending == 0 && !backend.IsSuspect ? null : status.LastError,
        });
        if (pending > 0)
        {
            return;
        }

        if (before.ConsecutiveFailures > 0 && before.IsApplied)
        {
            logger.Recovered(backend.Name, before.ConsecutiveFailures);
        }

        if (!before.IsApplied)
        {
            logger.FirstApplied(backend.Name, _status.BlockedNetworks, _written.Added, _written.Renewed, _written.Removed);
        }
        else if (_written != default || plan.RewritesRules)
        {
            logger.Changed(backend.Name, _written.Added, _written.Renewed, _written.Removed);
        }

        _written = default;
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

    private static FirewallStatus Doubted(FirewallStatus status) => status.BlockedNetworks == 0 ? status : status with
    {
        BlockedNetworks = 0,
        LastError = "Another program may have changed the rules: how many networks are blocked is known after a comparison.",
    };

    private TimeSpan? NextCall()
    {
        if (!_knowsDecisions || _options.DryRun)
        {
            backend.Disregard();
        }

        // Changes that other programs made while a long list was written are handled once it is complete.
        if (backend.Pending > 0 || backend.IsSuspect)
        {
            return time.Now();
        }

        TimeSpan? nextEnd = backend.EndsBlocks || _blocks.Blocks.Count == 0 ? null : _blocks.Blocks.Values.Min(block => block.End);
        return nextEnd is null || protection.Due < nextEnd ? protection.Due : nextEnd;
    }

    private async Task<T> RunExclusiveAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
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
