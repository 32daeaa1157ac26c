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
    RemediationSeverities severities,
    SyncState state,
    TimeProvider time) : IBouncer
{
    private readonly bool _isLive = options.Value.Sync.Mode == BouncerMode.Live;
    private readonly bool _blocksUntilReady = options.Value.Sync.Startup == StartupPolicy.BlockUntilReady;
    private readonly TimeSpan? _maxStaleness = options.Value.Sync.MaxStaleness;

    public BouncerStatus Status => state.Status with { DecisionCount = store.Index.Count, IsStale = IsStale() };

    // Not inlined: a verdict is then written once, to where the caller reads it, instead of being copied on the way.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default)
    {
        if (address is null)
        {
            return new(new BouncerVerdict(default, null, VerdictSource.Unresolved));
        }

        var key = IpKey.From(address);
        if (trusted.Contain(key))
        {
            return new(new BouncerVerdict(default, null, VerdictSource.Trusted));
        }

        return _isLive ? live.CheckAsync(key, cancellationToken) : CheckStore(key);
    }

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address)
    {
        if (address is null || IpKey.From(address) is var key && trusted.Contain(key))
        {
            return [];
        }

        var (decisions, source) = _isLive ? (live.Known(key), VerdictSource.Live) : (held.FindAll(address), VerdictSource.Store);
        return [.. decisions.Select(decision => new BouncerVerdict(severities.Resolve(decision.Remediation), decision, source))];
    }

    public int SeverityOf(Remediation remediation) => severities.Of(remediation);

    private ValueTask<BouncerVerdict> CheckStore(IpKey address)
    {
        if (_blocksUntilReady && !state.IsReady)
        {
            return new(new BouncerVerdict(severities.Fallback, null, VerdictSource.NotReady));
        }

        var index = store.Index;
        if (index.FindStrongest(address, time) is var row && row != 0)
        {
            var decision = index.Held.Rows.ToDecision(row, time);
            return new(new BouncerVerdict(severities.Resolve(decision.Remediation), decision, VerdictSource.Store));
        }

        // The default is the verdict of nearly all requests: none, without a decision, from the store.
        return _maxStaleness is not null && IsStale() ? new(new BouncerVerdict(default, null, VerdictSource.Unavailable)) : default;
    }

    private bool IsStale() => !_isLive && _maxStaleness is { } limit && (state.Age is not { } age || age > limit);
}
