using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

/// <summary>Keeps one nftables table up to date with the decisions. <c>nft</c> writes each change as one transaction, and the
/// kernel ends each block on time, even after this process is killed.</summary>
internal sealed class NftablesBackend : IFirewallBackend, IDisposable
{
    /// <summary>The kernel's time to list a set grows with the square of its size. A longer list is not read; a new one is written
    /// in addition to it.</summary>
    private const int MostToRead = 10_000;

    private static readonly TimeSpan DefaultLongestRead = TimeSpan.FromSeconds(5);

    private readonly FirewallOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<NftablesBackend> _logger;
    private readonly NftMonitor? _monitor;
    private readonly Nft _nft;
    private readonly NftState _state = new();
    private readonly OriginSlugs _slugs = new();
    private readonly NftTally<(string Origin, bool IsIPv4)> _dropped;
    private readonly NftTally<bool> _processed = new(NftProcessed.IsIPv4);
    private readonly NftElementWriter _elements;
    private readonly NftReleaser _releaser;
    private readonly NftAbandoned _abandoned;
    private readonly int _perStep;
    private readonly TimeSpan _longestRead;
    private NftPlan? _plan;

    /// <summary>Whether the last plan continues a list after a failure.</summary>
    private bool _isResumed;

    /// <summary>The number of consecutive times that rules were refused. The first time, another program may have
    /// interfered.</summary>
    private int _refusals;

    /// <param name="options">The options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="longestRead">How long lists of earlier processes may take to read; five seconds when null.</param>
    internal NftablesBackend(FirewallOptions options, TimeProvider time, ILogger<NftablesBackend> logger, TimeSpan? longestRead = null)
    {
        _longestRead = longestRead ?? DefaultLongestRead;
        (_options, _time, _logger, _dropped) = (options, time, logger, new(_slugs.Meaning));
        _monitor = NftMonitor.Start(options.Name, () => Suspected?.Invoke(), logger);
        _nft = new(options.Nftables, time, _monitor, logger);
        _perStep = Math.Clamp(_monitor?.MostElements ?? int.MaxValue, 1, NftElementWriter.MostPerStep);
        _elements = new(_nft, options.Name, _perStep, _state, time, logger);
        _releaser = new(_nft, options.Name, _perStep, _state, logger);
        _abandoned = new(_nft, options.Name, _longestRead, time);
    }

    /// <inheritdoc />
    public event Action? Suspected;

    /// <inheritdoc />
    public string Name => "nftables";

    /// <inheritdoc />
    public TimeSpan Debounce => TimeSpan.Zero;

    /// <inheritdoc />
    public bool EndsBlocks => true;

    /// <inheritdoc />
    public bool IsSuspect => _monitor is { IsSuspect: true };

    /// <inheritdoc />
    public int Pending => _state.Pending.Count;

    /// <inheritdoc />
    public int? Holds => _state.Holds;

    /// <inheritdoc />
    /// <remarks>By the origin's word in <see cref="OriginSlugs"/>; read by <see cref="CheckAsync"/> too.</remarks>
    public IReadOnlyDictionary<string, long> PacketsByOrigin { get; private set; } = new Dictionary<string, long>();

    /// <inheritdoc />
    public IReadOnlyDictionary<(string Origin, bool IsIPv4), Traffic> Dropped => _dropped.Sums;

    /// <inheritdoc />
    public IReadOnlyDictionary<bool, Traffic> Processed => _processed.Sums;

    /// <inheritdoc />
    public Task PrepareAsync(CancellationToken cancellationToken) => ReadStructureAsync(cancellationToken);

    /// <inheritdoc />
    public void Disregard() => _monitor?.Forget();

    /// <inheritdoc />
    public async Task<FirewallPlan> PlanAsync(BlockList blocks, IReadOnlyCollection<Prefix> urgent, bool mayRewrite, CancellationToken cancellationToken)
    {
        if (mayRewrite && await TryResumeAsync(blocks, urgent, cancellationToken).ConfigureAwait(false) is { } resumed)
        {
            return resumed;
        }

        // Rules that another program may have changed are always written again.
        if (IsSuspect && mayRewrite)
        {
            _state.Signature = "";
        }

        _monitor?.Forget();
        _state.Forget();
        var structure = await ReadStructureAsync(cancellationToken).ConfigureAwait(false);
        var rebuilds = structure.Exists && (structure.IsForeign || _refusals > 1);
        if (mayRewrite && (rebuilds || !structure.Exists || blocks.Blocks.Count > MostToRead))
        {
            return await BeginAsync(blocks, urgent, structure, rebuilds, cancellationToken).ConfigureAwait(false);
        }

        NftComparison comparison = new(blocks, _slugs, _state, rebuilds ? NftStructure.None : structure, _time.Now());
        var isRead = await ReadElementsAsync(comparison, blocks.Blocks.Count, mayRewrite, cancellationToken).ConfigureAwait(false);
        return isRead
            ? _plan = comparison.Finish(_options, rebuilds, believesMarks: !mayRewrite)
            : await BeginAsync(blocks, urgent, structure, rebuilds: false, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public FirewallPlan PlanChanges(BlockList blocks, IReadOnlyCollection<Prefix> changed)
    {
        if (!_state.IsKnown)
        {
            throw new InvalidOperationException("The firewall's content is not known: call PlanAsync first.");
        }

        var next = _state.TakePending(Math.Max(0, _perStep - changed.Count(blocks.Blocks.ContainsKey)), blocks.Blocks.ContainsKey);
        return _plan = NftDelta.Plan(_options, blocks, changed.Concat(next), _slugs, _state, _time.Now());
    }

    /// <inheritdoc />
    public async Task<int> ExecuteAsync(FirewallPlan plan, CancellationToken cancellationToken)
    {
        if (plan is not NftPlan mine || mine != _plan)
        {
            throw new ArgumentException("Only the last plan can be executed.", nameof(plan));
        }

        (_plan, _state.IsKnown, _state.IsWhole) = (null, false, false);
        _state.Unreleased.UnionWith(mine.Released);
        try
        {
            await WriteAsync(mine, cancellationToken).ConfigureAwait(false);
        }
        catch (FirewallException failure) when (failure.Kind is FirewallErrorKind.Failed or FirewallErrorKind.Changed)
        {
            if (failure.Kind == FirewallErrorKind.Changed && _isResumed)
            {
                _state.GiveUp();
            }

            // Released networks do not wait for those that cannot be blocked.
            await _releaser.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }

        await _releaser.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        (_state.IsKnown, _state.IsWhole, _isResumed) = (true, Pending == 0, false);
        if (Pending == 0)
        {
            _refusals = 0;
        }

        return _state.Refused.Count;
    }

    /// <inheritdoc />
    public async Task<Integrity> CheckAsync(CancellationToken cancellationToken)
    {
        // Elements are compared once the list is complete: otherwise a program that keeps changing them would keep it incomplete.
        var (isSuspect, hasLost) = (IsSuspect, _monitor is { HasLost: true });
        if (isSuspect && Pending == 0)
        {
            return hasLost ? Integrity.Unknown : Integrity.Changed;
        }

        var structure = await ReadStructureAsync(cancellationToken).ConfigureAwait(false);
        return !structure.IsForeign && structure.Foreign.All(_state.LateForeign.Contains) && structure.Signature == _state.Signature
            ? Integrity.Intact
            : Integrity.Changed;
    }

    /// <inheritdoc />
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        _state.Forget();
        var table = $"table inet {_options.Name}";
        var outcome = await _nft.WriteAsync([$"add {table}", $"delete {table}"], 0, cancellationToken).ConfigureAwait(false);
        outcome.ThrowIfFault();
    }

    public void Dispose() => _monitor?.Dispose();

    private async Task WriteAsync(NftPlan mine, CancellationToken cancellationToken)
    {
        if (mine.Rebuilds || mine.Foreign.Count > 0)
        {
            _logger.TableCleared(_options.Name);
        }

        if (!await TryWriteAtOnceAsync(mine, cancellationToken).ConfigureAwait(false))
        {
            // An element may be the cause and must be found. If the table is deleted first, nothing is blocked for a moment, but
            // there is no other repair.
            await WriteRulesAsync(mine.FirstLines(), cancellationToken).ConfigureAwait(false);
            _state.Rebuilt();
            await _elements.WriteAsync(mine.Generation, mine.Changes, cancellationToken).ConfigureAwait(false);
        }

        await WriteRulesAsync(mine.LastLines(), cancellationToken).ConfigureAwait(false);
        if (mine.RewritesRules)
        {
            await LearnRulesAsync(mine.Ruleset, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Plans the first part of a new list in addition to the existing ones, without reading those. If the table is deleted
    /// first and blocked something, the part is the whole list.</summary>
    private async Task<NftPlan> BeginAsync(BlockList blocks, IReadOnlyCollection<Prefix> urgent, NftStructure structure, bool rebuilds, CancellationToken cancellationToken)
    {
        var (abandoned, networks) = await _abandoned.FindAsync(blocks, rebuilds ? NftStructure.None : structure, cancellationToken).ConfigureAwait(false);
        _state.Begin(rebuilds ? NftStructure.None : structure, rebuilds);
        return PlanPart(blocks, [.. urgent, .. networks], abandoned, rebuilds && !structure.IsDormant ? int.MaxValue : _perStep);
    }

    /// <summary>Continues a list after a failure: what was written of it is in effect, and a list that starts over each time is
    /// never completed. What other programs changed meanwhile is repaired once it is complete.</summary>
    /// <returns>Null if a new list must be started.</returns>
    private async Task<NftPlan?> TryResumeAsync(BlockList blocks, IReadOnlyCollection<Prefix> urgent, CancellationToken cancellationToken)
    {
        if (!_state.IsPartial || _refusals > 1 || blocks.Blocks.Count <= MostToRead)
        {
            return null;
        }

        var structure = await ReadStructureAsync(cancellationToken).ConfigureAwait(false);
        if (!_state.IsIn(structure))
        {
            return null;
        }

        _state.Resume(structure);
        _isResumed = true;
        HashSet<Prefix> first = [.. urgent, .. _state.Held.Keys.Concat(_state.Attempted.Keys).Where(network => !blocks.Blocks.ContainsKey(network))];
        return PlanPart(blocks, first, [], _perStep);
    }

    /// <summary>Plans the next part of a list.</summary>
    private NftPlan PlanPart(BlockList blocks, HashSet<Prefix> first, IReadOnlyCollection<int> abandoned, int most)
    {
        var now = _time.Now();
        var lacking = NftOrder.Sort(blocks.Blocks.Where(block => !_state.Has(block.Key, _slugs.Of(block.Value.Origin, block.Key.IsIPv4), block.Value.End, now)), first);
        _state.Expect(lacking, lacking.Count(first.Contains), abandoned);
        Prefix[] unwanted = [.. first.Where(network => !blocks.Blocks.ContainsKey(network))];
        var part = _state.TakePending(Math.Max(most / 2, most - unwanted.Count(_state.Held.ContainsKey)), _ => true);
        return _plan = NftDelta.Plan(_options, blocks, part.Concat(unwanted), _slugs, _state, now);
    }

    /// <returns>False if writing a new list is faster or the only way.</returns>
    private async Task<bool> ReadElementsAsync(NftComparison comparison, int expected, bool mayRewrite, CancellationToken cancellationToken)
    {
        foreach (var set in comparison.Sets)
        {
            try
            {
                await _nft.ReadElementsAsync(
                    _options.Name,
                    set,
                    mayRewrite ? _longestRead : Nft.LimitFor(expected),
                    (network, slug, left) => comparison.Seen(set, network, slug, left, _time.Now()),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (FirewallException failure) when (mayRewrite && failure.Kind is (FirewallErrorKind.TimedOut or FirewallErrorKind.Failed))
            {
                return false;
            }
        }

        return !comparison.HasForeign || !mayRewrite;
    }

    private async Task<NftStructure> ReadStructureAsync(CancellationToken cancellationToken)
    {
        var structure = await _nft.ReadStructureAsync(_options.Name, cancellationToken).ConfigureAwait(false);
        PacketsByOrigin = structure.Counters
            .GroupBy(counter => OriginSlugs.WithoutFamily(counter.Key), counter => counter.Value.Packets)
            .ToDictionary(origin => origin.Key, origin => origin.Sum());
        _dropped.Read(structure.Counters);
        _processed.Read(structure.Processed);
        return structure;
    }

    /// <summary>Writes rules and elements in one transaction, if the elements are few enough or the table is deleted first.</summary>
    private async Task<bool> TryWriteAtOnceAsync(NftPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Changes.Length > _perStep && !plan.Rebuilds)
        {
            return false;
        }

        string[] rules = [.. plan.FirstLines()];
        if (rules.Length == 0)
        {
            return false;
        }

        var outcome = await _elements.TryAsync(rules, plan.Generation, plan.Changes, cancellationToken).ConfigureAwait(false);
        if (outcome.Fault == NftFault.Refused || (outcome.Fault == NftFault.Failed && !plan.Rebuilds))
        {
            return false;
        }

        outcome.ThrowIfFault();
        return true;
    }

    private async Task WriteRulesAsync(IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        if (!lines.Any())
        {
            return;
        }

        var outcome = await _nft.WriteAsync(lines, 0, cancellationToken).ConfigureAwait(false);

        // The next plan removes conflicting objects.
        _refusals += outcome.Fault is NftFault.Refused or NftFault.NotThere or NftFault.Differs ? 1 : 0;
        outcome.ThrowIfFault();
    }

    private async Task LearnRulesAsync(NftRuleset written, CancellationToken cancellationToken)
    {
        var structure = await ReadStructureAsync(cancellationToken).ConfigureAwait(false);
        if (!structure.Resembles(written, _state.LateForeign))
        {
            throw new FirewallException(FirewallErrorKind.Changed, "The rules that nft lists are not those that it was given just now: they are read again and mended.");
        }

        _state.RulesWritten(written, structure);
        _logger.RulesWritten(_options.Name, written.Sets.Count);
    }
}
