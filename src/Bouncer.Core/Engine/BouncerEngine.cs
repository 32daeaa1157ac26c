using System.Net;
using System.Runtime.CompilerServices;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.Sync;
using Microsoft.Extensions.Options;

namespace Bouncer.Engine;

/// <summary>Checks the trusted networks first, then the decisions held (stream mode) or LAPI (live mode), or nothing else (decisions
/// are off).</summary>
internal sealed class BouncerEngine : IBouncer, IDisposable
{
    private readonly DecisionStore _store;
    private readonly IDecisionStore _held;
    private readonly LiveLookup _live;
    private readonly EmbeddedIPv4? _embedded;
    private readonly RemediationSeverities _severities;
    private readonly SyncState _state;
    private readonly LapiFailover _failover;
    private readonly TimeProvider _time;
    private readonly BouncerMode _mode;
    private readonly bool _blocksUntilReady;
    private readonly IDisposable? _following;
    private readonly Lock _changing = new();
    private volatile Passing _passing;

    public BouncerEngine(
        IOptionsMonitor<BouncerOptions> settings,
        DecisionStore store,
        IDecisionStore held,
        LiveLookup live,
        EmbeddedIPv4 embedded,
        RemediationSeverities severities,
        SyncState state,
        LapiFailover failover,
        TimeProvider time)
    {
        (_store, _held, _live, _severities, _state, _failover, _time) = (store, held, live, severities, state, failover, time);
        _embedded = embedded.IsOn ? embedded : null;
        var options = settings.CurrentValue;
        _mode = options.Sync.Mode;
        _blocksUntilReady = options.Sync is { Mode: BouncerMode.Stream, Startup: StartupPolicy.BlockUntilReady };
        _passing = new Passing(options);
        _following = settings.OnChange((_, _) => Follow(settings));
        Follow(settings);
    }

    private bool IsLive => _mode == BouncerMode.Live;

    public BouncerStatus Status
    {
        get
        {
            var status = _state.Status with
            {
                Lapi = _mode == BouncerMode.Off ? null : (_state.HeldOf ?? _failover.InUse).Server.Options.Url,
                HasFailedOver = _failover.HasFailedOver,
                DecisionCount = _store.Index.Count,
                IsStale = IsStale(_passing),
            };
            return IsLive && _live.Problem is { } problem ? status with { IsDegraded = true, LastError = status.LastError ?? problem } : status;
        }
    }

    public void Dispose() => _following?.Dispose();

    // Not inlined, so that a verdict is written directly to the caller's location and not copied.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default)
    {
        if (address is null)
        {
            return IsBlocked ? NotReady() : new(new BouncerVerdict(default, null, VerdictSource.Unresolved));
        }

        // Read once for the whole verdict: a reload may replace it meanwhile.
        var passing = _passing;
        var key = IpKey.From(address);
        if (passing.Trusted.Contain(key))
        {
            return new(new BouncerVerdict(default, null, VerdictSource.Trusted));
        }

        if (_mode == BouncerMode.Off)
        {
            return new(new BouncerVerdict(default, null, VerdictSource.NotChecked));
        }

        // Decisions on an embedded address apply as well. Trust in it does not, because any translator could have made the address
        // up.
        if (_embedded is not null && _embedded.TryFind(key, out var ipv4))
        {
            return IsLive ? AskBothAsync(key, ipv4, cancellationToken) : CheckBoth(key, ipv4, passing);
        }

        return IsLive ? _live.CheckAsync(key, cancellationToken) : CheckStore(key, passing);
    }

    public bool IsTrusted(IPAddress? address) => address is not null && _passing.Trusted.Contain(IpKey.From(address));

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address)
    {
        return address is null || _passing.Trusted.Contain(IpKey.From(address)) ? [] : CheckUntrusted(address);
    }

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address, BouncerVerdict verdict) =>
        verdict.All ?? (address is null || verdict.Source == VerdictSource.Trusted ? [] : CheckUntrusted(address));

    public bool HasDecisions(DecisionScope scope) => _store.Index.Scopes is { IsEmpty: false } scopes && scopes.ContainsKey(scope);

    public bool HasDecisions(DecisionScope scope, string value) => _store.Index.Others.ContainsKey(ScopedValue.Of(scope, value));

    public IReadOnlyList<BouncerVerdict> CheckAll(DecisionScope scope, string value) => Verdicts(_held.FindAll(scope, value));

    public BouncerExplanation Explain(IPAddress? address)
    {
        var (passing, explainer) = (_passing, Explainer());
        if (address is null)
        {
            return IsBlocked ? explainer.NotReady([], _severities.Fallback) : explainer.Unresolved();
        }

        var key = IpKey.From(address);
        ClientValue[] client = [ValueOf(key), .. _embedded is not null && _embedded.TryFind(key, out var ipv4) ? [ValueOf(ipv4)] : Array.Empty<ClientValue>()];
        return passing.Trusted.Find(key) is var (network, setting) ? explainer.Trusted(client, CheckUntrusted(address), network, setting)
            : IsBlocked ? explainer.NotReady(client, _severities.Fallback)
            : _mode == BouncerMode.Off ? explainer.Off(client)
            : explainer.Of(client, CheckUntrusted(address));
    }

    public BouncerExplanation Explain(DecisionScope scope, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return scope.IsAddress && IpParser.TryParseAddress(value, out var address)
            ? Explain(address.ToIPAddress())
            : _mode == BouncerMode.Off ? Explainer().Off([new(scope, value)])
            : Explainer().Of([new(scope, value)], CheckAll(scope, value));
    }

    public int SeverityOf(Remediation remediation) => _severities.Of(remediation);

    private bool IsBlocked => _blocksUntilReady && !_state.IsReady;

    private static ClientValue ValueOf(IpKey address) => new(DecisionScope.Ip, address.ToIPAddress().ToString());

    private Explainer Explainer() => new(_passing.Options, Status, _time.GetUtcNow());

    private void Follow(IOptionsMonitor<BouncerOptions> settings)
    {
        lock (_changing)
        {
            _passing = new Passing(settings.CurrentValue);
        }
    }

    private IReadOnlyList<BouncerVerdict> CheckUntrusted(IPAddress address)
    {
        var key = IpKey.From(address);
        var verdicts = VerdictsOn(key, address);
        return _embedded is not null && _embedded.TryFind(key, out var ipv4)
            ? Sorted(verdicts.Concat(VerdictsOn(ipv4, ipv4.ToIPAddress())))
            : verdicts;
    }

    private IReadOnlyList<BouncerVerdict> VerdictsOn(IpKey key, IPAddress address) => IsLive ? _live.Known(key) : Verdicts(_held.FindAll(address));

    private BouncerVerdict[] Verdicts(IEnumerable<Decision> decisions) =>
        [.. decisions.Select(decision => new BouncerVerdict(_severities.Resolve(decision.Remediation), decision, VerdictSource.Store))];

    private BouncerVerdict[] Sorted(IEnumerable<BouncerVerdict> verdicts) => [.. verdicts.OrderByDescending(verdict => _severities.Of(verdict.Remediation))];

    private ValueTask<BouncerVerdict> CheckStore(IpKey address, Passing passing)
    {
        if (IsBlocked)
        {
            return NotReady();
        }

        var index = _store.Index;
        return ToVerdict(index, index.FindStrongest(address, _time), passing);
    }

    private ValueTask<BouncerVerdict> CheckBoth(IpKey address, IpKey ipv4, Passing passing)
    {
        if (IsBlocked)
        {
            return NotReady();
        }

        var index = _store.Index;
        return ToVerdict(index, index.FindStrongest(address, ipv4, _time), passing);
    }

    private ValueTask<BouncerVerdict> NotReady() => new(new BouncerVerdict(_severities.Fallback, null, VerdictSource.NotReady));

    private async ValueTask<BouncerVerdict> AskBothAsync(IpKey address, IpKey ipv4, CancellationToken cancellationToken)
    {
        var (own, inner) = await _live.CheckBothAsync(address, ipv4, cancellationToken).ConfigureAwait(false);
        return Both(own, inner);
    }

    /// <summary>The stronger of two verdicts, with the decisions of both; stale if either is.</summary>
    private BouncerVerdict Both(in BouncerVerdict one, in BouncerVerdict other)
    {
        var all = Sorted((one.All ?? []).Concat(other.All ?? []));
        return all is [var strongest, ..] ? strongest with { IsStale = one.IsStale || other.IsStale, All = all }
            : one.IsStale ? one : other;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ValueTask<BouncerVerdict> ToVerdict(DecisionIndex index, int row, Passing passing)
    {
        if (row != 0)
        {
            var decision = index.Held.Rows.ToDecision(row, _time);
            return new(new BouncerVerdict(_severities.Resolve(decision.Remediation), decision, VerdictSource.Store) { IsStale = IsStale(passing) });
        }

        // The default value is the verdict of nearly all requests: none, without a decision, from the store.
        return passing.MaxStaleness is not null && IsStale(passing) ? new(new BouncerVerdict(default, null, VerdictSource.Unavailable)) : default;
    }

    private bool IsStale(Passing passing) => _mode == BouncerMode.Stream && passing.MaxStaleness is { } limit && (_state.Age is not { } age || age > limit);

    /// <summary>The settings that a verdict uses. Immutable, replaced as a whole.</summary>
    private sealed class Passing(BouncerOptions options)
    {
        internal BouncerOptions Options { get; } = options;

        internal TrustedNetworks Trusted { get; } = new(options.TrustedNetworks, options.TrustLoopback);

        internal TimeSpan? MaxStaleness { get; } = options.Sync.MaxStaleness;
    }
}
