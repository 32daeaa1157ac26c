using System.Net;
using System.Runtime.CompilerServices;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.Sync;
using Microsoft.Extensions.Options;

namespace Bouncer.Engine;

/// <summary>Decides: trusted networks, then the decisions held or LAPI itself.</summary>
internal sealed class BouncerEngine(
    IOptions<BouncerOptions> options,
    TrustedNetworks trusted,
    DecisionStore store,
    IDecisionStore held,
    LiveLookup live,
    EmbeddedIPv4 embedded,
    RemediationSeverities severities,
    SyncState state,
    TimeProvider time) : IBouncer
{
    private readonly bool _isLive = options.Value.Sync.Mode == BouncerMode.Live;
    private readonly EmbeddedIPv4? _embedded = embedded.IsOn ? embedded : null;
    private readonly bool _blocksUntilReady = options.Value.Sync is { Mode: BouncerMode.Stream, Startup: StartupPolicy.BlockUntilReady };
    private readonly TimeSpan? _maxStaleness = options.Value.Sync.MaxStaleness;

    public BouncerStatus Status => state.Status with { DecisionCount = store.Index.Count, IsStale = IsStale() };

    // Not inlined: a verdict is then written once, to where the caller reads it, instead of being copied on the way.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default)
    {
        if (address is null)
        {
            return _blocksUntilReady && !state.IsReady ? NotReady() : new(new BouncerVerdict(default, null, VerdictSource.Unresolved));
        }

        var key = IpKey.From(address);
        if (trusted.Contain(key))
        {
            return new(new BouncerVerdict(default, null, VerdictSource.Trusted));
        }

        // What is decided on an embedded address counts, too; that it is trusted does not: anyone's translator could make it up.
        if (_embedded is not null && _embedded.TryFind(key, out var ipv4))
        {
            return _isLive ? AskBothAsync(key, ipv4, cancellationToken) : CheckBoth(key, ipv4);
        }

        return _isLive ? live.CheckAsync(key, cancellationToken) : CheckStore(key);
    }

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address)
    {
        if (address is null || IpKey.From(address) is var key && trusted.Contain(key))
        {
            return [];
        }

        var verdicts = VerdictsOn(key, address);
        return _embedded is not null && _embedded.TryFind(key, out var ipv4)
            ? Sorted(verdicts.Concat(VerdictsOn(ipv4, ipv4.ToIPAddress())))
            : verdicts;
    }

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address, BouncerVerdict verdict) => verdict.All ?? CheckAll(address);

    public bool HasDecisions(DecisionScope scope) => store.Index.Scopes is { IsEmpty: false } scopes && scopes.ContainsKey(scope);

    public IReadOnlyList<BouncerVerdict> CheckAll(DecisionScope scope, string value) => Verdicts(held.FindAll(scope, value));

    public int SeverityOf(Remediation remediation) => severities.Of(remediation);

    private IReadOnlyList<BouncerVerdict> VerdictsOn(IpKey key, IPAddress address) => _isLive ? live.Known(key) : Verdicts(held.FindAll(address));

    private BouncerVerdict[] Verdicts(IEnumerable<Decision> decisions) =>
        [.. decisions.Select(decision => new BouncerVerdict(severities.Resolve(decision.Remediation), decision, VerdictSource.Store))];

    private BouncerVerdict[] Sorted(IEnumerable<BouncerVerdict> verdicts) => [.. verdicts.OrderByDescending(verdict => severities.Of(verdict.Remediation))];

    private ValueTask<BouncerVerdict> CheckStore(IpKey address)
    {
        if (_blocksUntilReady && !state.IsReady)
        {
            return NotReady();
        }

        var index = store.Index;
        return ToVerdict(index, index.FindStrongest(address, time));
    }

    private ValueTask<BouncerVerdict> CheckBoth(IpKey address, IpKey ipv4)
    {
        if (_blocksUntilReady && !state.IsReady)
        {
            return NotReady();
        }

        var index = store.Index;
        return ToVerdict(index, index.FindStrongest(address, ipv4, time));
    }

    private ValueTask<BouncerVerdict> NotReady() => new(new BouncerVerdict(severities.Fallback, null, VerdictSource.NotReady));

    private async ValueTask<BouncerVerdict> AskBothAsync(IpKey address, IpKey ipv4, CancellationToken cancellationToken)
    {
        var (own, inner) = await live.CheckBothAsync(address, ipv4, cancellationToken).ConfigureAwait(false);
        return Both(own, inner);
    }

    /// <summary>The stronger of two verdicts, which is stale if either is and knows the decisions of both.</summary>
    private BouncerVerdict Both(in BouncerVerdict one, in BouncerVerdict other)
    {
        var all = Sorted((one.All ?? []).Concat(other.All ?? []));
        return all is [var strongest, ..] ? strongest with { IsStale = one.IsStale || other.IsStale, All = all }
            : one.IsStale ? one : other;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ValueTask<BouncerVerdict> ToVerdict(DecisionIndex index, int row)
    {
        if (row != 0)
        {
            var decision = index.Held.Rows.ToDecision(row, time);
            return new(new BouncerVerdict(severities.Resolve(decision.Remediation), decision, VerdictSource.Store) { IsStale = IsStale() });
        }

        // The default is the verdict of nearly all requests: none, without a decision, from the store.
        return _maxStaleness is not null && IsStale() ? new(new BouncerVerdict(default, null, VerdictSource.Unavailable)) : default;
    }

    private bool IsStale() => !_isLive && _maxStaleness is { } limit && (state.Age is not { } age || age > limit);
}
