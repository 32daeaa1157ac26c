using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Windows.Com;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Windows;

/// <summary>Windows Firewall, through its COM interfaces: block rules in the bouncer's own group.</summary>
internal sealed class WindowsFirewallBackend : IFirewallBackend
{
    private readonly ComCallQueue _calls;
    private readonly RuleStore _store;
    private readonly WindowsPlanner _planner;
    private readonly RuleStepExecutor _script;
    private readonly EffectCheck _effect;

    internal WindowsFirewallBackend(FirewallOptions options, IFirewallObjects objects, TimeProvider time, ILogger<WindowsFirewallBackend> logger)
    {
        Debounce = options.Windows.Debounce;
        _calls = new ComCallQueue(time);
        _store = new RuleStore(objects, options, _calls.Step);
        _planner = new WindowsPlanner(options, time);
        _script = new RuleStepExecutor(_store, _calls, _planner, logger);
        _effect = new EffectCheck(options.Name, logger);
    }

    /// <summary>Never raised, because Windows does not report changes.</summary>
    public event Action? Suspected
    {
        add { }
        remove { }
    }

    public string Name => "Windows Firewall";

    public bool IsSuspect => false;

    public int Pending => 0;

    public int? Holds => null;

    public TimeSpan Debounce { get; }

    public bool EndsBlocks => false;

    /// <summary>The number of buckets of each family.</summary>
    internal (int IPv4, int IPv6) BucketCounts => _planner.BucketCounts;

    /// <summary>Empty, because Windows does not count by rule.</summary>
    public IReadOnlyDictionary<string, long> PacketsByOrigin { get; } = new Dictionary<string, long>();

    /// <inheritdoc cref="PacketsByOrigin" />
    public IReadOnlyDictionary<(string Origin, bool IsIPv4), Traffic> Dropped { get; } = new Dictionary<(string Origin, bool IsIPv4), Traffic>();

    /// <inheritdoc cref="PacketsByOrigin" />
    public IReadOnlyDictionary<bool, Traffic> Processed { get; } = new Dictionary<bool, Traffic>();

    public void Disregard()
    {
    }

    public Task PrepareAsync(CancellationToken cancellationToken) => RequireEffectAsync(cancellationToken);

    public async Task<FirewallPlan> PlanAsync(BlockList blocks, IReadOnlyCollection<Prefix> urgent, bool mayRewrite, CancellationToken cancellationToken)
    {
        var found = await _calls.RunAsync(_store.ReadAll, cancellationToken).ConfigureAwait(false);
        var plan = _planner.PlanAll(blocks, found);

        // Changes are written first, so that they take effect as soon as the firewall is switched on.
        if (plan.IsEmpty)
        {
            await RequireEffectAsync(cancellationToken).ConfigureAwait(false);
        }

        return plan;
    }

    public FirewallPlan PlanChanges(BlockList blocks, IReadOnlyCollection<Prefix> changed) => _planner.PlanChanges(blocks, changed);

    public async Task<int> ExecuteAsync(FirewallPlan plan, CancellationToken cancellationToken)
    {
        List<RuleStep> failed = [];
        FirewallException? failure = null;
        foreach (var step in ((WindowsFirewallPlan)plan).Steps.Where(step => !failed.Exists(other => DependsOn(step, other))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await _script.RunAsync(step, cancellationToken).ConfigureAwait(false);
            }
            catch (FirewallException error) when (error.Kind == FirewallErrorKind.Failed)
            {
                // One rule that cannot be written must not prevent the others from being written.
                failed.Add(step);
                failure ??= error;
            }
        }

        if (failure is not null)
        {
            throw failure;
        }

        _planner.Finished();
        await RequireEffectAsync(cancellationToken).ConfigureAwait(false);
        return _planner.RefusedNetworks;
    }

    /// <summary>Does not read addresses: the next plan finds rules of which only the addresses were changed.</summary>
    public async Task<Integrity> CheckAsync(CancellationToken cancellationToken)
    {
        var found = await _calls.RunAsync(_store.Look, cancellationToken).ConfigureAwait(false);
        return await FindLackOfEffectAsync(cancellationToken).ConfigureAwait(false) is null && _planner.Knows(found) ? Integrity.Intact : Integrity.Changed;
    }

    public Task RemoveAsync(CancellationToken cancellationToken) => _calls.RunAsync(() => _store.RemoveOwn(_ => true), cancellationToken);

    /// <summary>Whether a step may remove networks that a failed step should have written elsewhere first.</summary>
    private static bool DependsOn(RuleStep step, RuleStep failed) =>
        step.Place is not { } place || failed.Place is not { } other || place.SharesNetworksWith(other);

    private async Task RequireEffectAsync(CancellationToken cancellationToken)
    {
        if (await FindLackOfEffectAsync(cancellationToken).ConfigureAwait(false) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<FirewallException?> FindLackOfEffectAsync(CancellationToken cancellationToken) =>
        _effect.Check(await _calls.RunAsync(_store.ReadState, cancellationToken).ConfigureAwait(false));
}
