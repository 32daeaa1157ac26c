using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Fakes;

/// <summary>A firewall in memory that counts what is asked of it and fails on demand.</summary>
internal sealed class MemoryBackend(TestClock clock) : IFirewallBackend
{
    private readonly List<string> _calls = [];
    private bool _isSuspect;

    public event Action? Suspected;

    public string Name => "memory";

    public bool IsSuspect
    {
        get
        {
            SuspectAsked++;
            return _isSuspect;
        }
    }

    /// <summary>How often it was asked whether somebody else was heard.</summary>
    internal int SuspectAsked { get; private set; }

    /// <summary>What was to be written first when all was looked at.</summary>
    internal string[] Urgent { get; private set; } = [];

    /// <summary>How many parts are still to be written; each write takes one.</summary>
    public int Pending { get; internal set; }

    public int? Holds { get; set; }

    public TimeSpan Debounce { get; set; }

    public bool EndsBlocks { get; set; } = true;

    public IReadOnlyDictionary<string, long> PacketsByOrigin { get; set; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<(string Origin, bool IsIPv4), Traffic> Dropped { get; set; } = new Dictionary<(string Origin, bool IsIPv4), Traffic>();

    public IReadOnlyDictionary<bool, Traffic> Processed { get; set; } = new Dictionary<bool, Traffic>();

    /// <summary>What is in force.</summary>
    internal Dictionary<Prefix, Block> Held { get; } = [];

    internal IReadOnlyList<Prefix> Allowed { get; private set; } = [];

    /// <summary>Thrown by the next calls that read or write.</summary>
    internal Exception? Fault { get; set; }

    /// <summary>Thrown by the next call that reads or writes, and by no other.</summary>
    internal Exception? FaultOnce { get; set; }

    /// <summary>How many writes go well before one fails; null for all.</summary>
    internal int? FailAfter { get; set; }

    internal int Refused { get; set; }

    internal bool IsIntact { get; set; } = true;

    /// <summary>Holds up the carrying out of plans, and removing, until it is completed.</summary>
    internal TaskCompletionSource? Hold { get; set; }

    internal string[] Calls
    {
        get { lock (_calls) return [.. _calls]; }
    }

    internal string[] Networks
    {
        get { lock (_calls) return [.. Held.Keys.Order().Select(network => network.ToString())]; }
    }

    /// <summary>How often it was prepared, in vain or not.</summary>
    internal int Prepared { get; private set; }

    /// <summary>Hears of somebody else who writes.</summary>
    internal void Suspect()
    {
        (_isSuspect, IsIntact) = (true, false);
        Suspected?.Invoke();
    }

    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        Prepared++;
        return Fault is { } fault ? Task.FromException(fault) : Task.CompletedTask;
    }

    public void Disregard() => _isSuspect = false;

    public Task<FirewallPlan> PlanAsync(BlockList blocks, IReadOnlyCollection<Prefix> urgent, bool mayRewrite, CancellationToken cancellationToken)
    {
        Urgent = [.. urgent.Order().Select(network => network.ToString())];
        _isSuspect = false;
        Called("look");
        var wanted = blocks.Blocks.Where(entry => entry.Value.End > clock.GetElapsedTime(0)).ToDictionary();
        return Task.FromResult<FirewallPlan>(new MemoryPlan(wanted, [.. Held.Keys.Except(wanted.Keys)], Held, blocks.Allowed));
    }

    public FirewallPlan PlanChanges(BlockList blocks, IReadOnlyCollection<Prefix> changed)
    {
        Called($"change {string.Join(' ', changed.Order())}");
        var wanted = changed.Where(network => blocks.TryGet(network, out _)).ToDictionary(network => network, network => blocks.Blocks[network]);
        return new MemoryPlan(wanted, [.. changed.Except(wanted.Keys).Where(Held.ContainsKey)], Held, blocks.Allowed);
    }

    public async Task<int> ExecuteAsync(FirewallPlan plan, CancellationToken cancellationToken)
    {
        Called("write");
        if (FailAfter-- == 0)
        {
            FailAfter = null;
            throw new FirewallException(FirewallErrorKind.Failed, "Killed.");
        }

        if (Hold is { } hold)
        {
            await hold.Task.WaitAsync(cancellationToken);
        }

        lock (_calls)
        {
            ((MemoryPlan)plan).Apply();
            Allowed = ((MemoryPlan)plan).Allowed;
        }

        Pending = Math.Max(0, Pending - 1);
        return Refused;
    }

    public Task<Integrity> CheckAsync(CancellationToken cancellationToken)
    {
        Called("check");
        return Task.FromResult(IsIntact ? Integrity.Intact : Integrity.Changed);
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        Called("remove");
        if (Hold is { } hold)
        {
            await hold.Task.WaitAsync(cancellationToken);
        }

        lock (_calls) Held.Clear();
    }

    private void Called(string call)
    {
        lock (_calls) _calls.Add(call);
        if (FaultOnce is { } once)
        {
            FaultOnce = null;
            throw once;
        }

        if (Fault is { } fault)
        {
            throw fault;
        }
    }
}
