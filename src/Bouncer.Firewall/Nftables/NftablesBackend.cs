using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

/// <summary>Keeps one table of nftables in step. Everything that there is was written by <c>nft</c> in whole transactions; the
/// kernel ends blocks by itself, also when this process was killed.</summary>
internal sealed class NftablesBackend : IFirewallBackend
{
    private readonly FirewallOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<NftablesBackend> _logger;
    private readonly Nft _nft;
    private readonly NftState _state = new();
    private readonly OriginSlugs _slugs = new();
    private readonly NftElementWriter _elements;
    private NftPlan? _plan;
    private bool _mustRebuild;

    internal NftablesBackend(FirewallOptions options, TimeProvider time, ILogger<NftablesBackend> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _nft = new(options.Nftables, time, logger);
        _elements = new(_nft, options.Name, _state, time, logger);
    }

    /// <inheritdoc />
    public string Name => "nftables";

    /// <inheritdoc />
    public TimeSpan Debounce => TimeSpan.Zero;

    /// <inheritdoc />
    public bool EndsBlocks => true;

    /// <inheritdoc />
    /// <remarks>By the origin's word in <see cref="OriginSlugs"/>; read by <see cref="IsIntactAsync"/> too.</remarks>
    public IReadOnlyDictionary<string, long> PacketsByOrigin { get; private set; } = NftStructure.None.Counters;

    /// <inheritdoc />
    public Task PrepareAsync(CancellationToken cancellationToken) => ReadStructureAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<FirewallPlan> PlanAsync(BlockList blocks, CancellationToken cancellationToken)
    {
        _state.Forget();
        var structure = await ReadStructureAsync(cancellationToken).ConfigureAwait(false);
        var rebuilds = structure.Exists && (structure.HasForeign || _mustRebuild);
        NftComparison comparison = new(blocks, _slugs, _state, _time.Now());
        foreach (var set in rebuilds ? NftStructure.None.Sets : structure.Sets)
        {
            await _nft.ReadElementsAsync(
                _options.Name,
                set,
                blocks.Blocks.Count,
                (network, left) => comparison.Seen(network, set.Slug, left, _time.Now()),
                cancellationToken).ConfigureAwait(false);
        }

        _state.ReplaceSets(structure.Sets);
        _state.IsKnown = true;
        return _plan = comparison.Finish(_options, structure, rebuilds);
    }

    /// <inheritdoc />
    public FirewallPlan PlanChanges(BlockList blocks, IReadOnlyCollection<Prefix> changed)
    {
        if (!_state.IsKnown)
        {
            throw new InvalidOperationException("What the firewall holds is not known: PlanAsync comes first.");
        }

        return _plan = NftDelta.Plan(_options, blocks, changed, _slugs, _state, _time.Now());
    }

    /// <inheritdoc />
    public async Task<int> ExecuteAsync(FirewallPlan plan, CancellationToken cancellationToken)
    {
        if (plan is not NftPlan mine || mine != _plan)
        {
            throw new ArgumentException("Only the last plan can be carried out.", nameof(plan));
        }

        (_plan, _state.IsKnown) = (null, false);
        if (mine.Rebuilds)
        {
            await RebuildAsync(mine, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await WriteRulesAsync(mine.FirstLines(), cancellationToken).ConfigureAwait(false);
            await _elements.WriteAsync(mine.Changes, cancellationToken).ConfigureAwait(false);
            await WriteRulesAsync(mine.LastLines(), cancellationToken).ConfigureAwait(false);
        }

        if (mine.RewritesRules)
        {
            await LearnRulesAsync(mine.Ruleset, cancellationToken).ConfigureAwait(false);
        }

        _state.IsKnown = true;
        return _state.Refused.Count;
    }

    /// <inheritdoc />
    public async Task<bool> IsIntactAsync(CancellationToken cancellationToken)
    {
        var structure = await ReadStructureAsync(cancellationToken).ConfigureAwait(false);
        if (structure.HasForeign || structure.Signature != _state.Signature)
        {
            return false;
        }

        var lines = NftElementText.Delete(_options.Name, NftSample.Of(_state.Held, _time.Now(), Random.Shared));
        var outcome = await _nft.CheckAsync(lines, cancellationToken).ConfigureAwait(false);
        if (outcome.Fault != NftFault.NotThere)
        {
            outcome.ThrowIfFault();
        }

        return outcome.Fault == NftFault.None;
    }

    /// <inheritdoc />
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        _state.Forget();
        var table = $"table inet {_options.Name}";
        var outcome = await _nft.WriteAsync([$"add {table}", $"delete {table}"], 0, cancellationToken).ConfigureAwait(false);
        outcome.ThrowIfFault();
    }

    private async Task<NftStructure> ReadStructureAsync(CancellationToken cancellationToken)
    {
        var structure = await _nft.ReadStructureAsync(_options.Name, cancellationToken).ConfigureAwait(false);
        PacketsByOrigin = structure.Counters;
        return structure;
    }

    private async Task RebuildAsync(NftPlan plan, CancellationToken cancellationToken)
    {
        _logger.TableRebuilt(_options.Name);
        var rules = plan.FirstLines();
        var elements = NftElementText.Lines(_options.Name, plan.Changes, _time.Now());
        var outcome = await _nft.WriteAsync(rules.Concat(elements), plan.Changes.Count, cancellationToken).ConfigureAwait(false);
        if (outcome.Fault == NftFault.None)
        {
            _state.Apply(plan.Changes);
            return;
        }

        // Better a moment without than nothing for good: an element may be at fault, and must be found.
        await WriteRulesAsync(rules, cancellationToken).ConfigureAwait(false);
        await _elements.WriteAsync(plan.Changes, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteRulesAsync(IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        if (!lines.Any())
        {
            return;
        }

        var outcome = await _nft.WriteAsync(lines, 0, cancellationToken).ConfigureAwait(false);

        // Whatever is in the way in the table, the next plan puts aside.
        _mustRebuild = outcome.Fault is NftFault.Refused or NftFault.NotThere;
        outcome.ThrowIfFault();
    }

    private async Task LearnRulesAsync(NftRuleset written, CancellationToken cancellationToken)
    {
        var structure = await ReadStructureAsync(cancellationToken).ConfigureAwait(false);
        if (!structure.Resembles(written))
        {
            throw new FirewallException(FirewallErrorKind.Failed, "The rules are not as they were written just now: somebody else changes them too. They are read again and mended.");
        }

        _state.ReplaceSets(written.Sets);
        (_state.Allowed, _state.Signature) = (written.Allowed, structure.Signature);
        _logger.RulesWritten(_options.Name, written.Sets.Count);
    }
}
