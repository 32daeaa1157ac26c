using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Bouncer.Lapi;
using Bouncer.Net;
using Bouncer.Sync;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Engine;

/// <summary>Queries LAPI about single addresses and caches the answers, within bounds. Concurrent callers for one address share a query;
/// none waits longer than <see cref="LiveOptions.Timeout"/>.</summary>
internal sealed class LiveLookup(
    ILapiClient lapi,
    IOptions<BouncerOptions> options,
    RemediationSeverities severities,
    SyncState state,
    TypeNotes types,
    UnusableNotes notes,
    TimeProvider time,
    ILogger<LiveLookup> logger) : IDisposable
{
    /// <summary>The time after a failed query before the address is queried again, so that not every request makes a query during
    /// an outage.</summary>
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    /// <summary>How long a decision stays in effect if LAPI cannot be queried again: a flood or an outage must not let in a client
    /// that was banned before.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);

    private readonly LiveOptions _options = options.Value.Live;
    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = options.Value.Live.CacheSize });
    private readonly ConcurrentDictionary<IpKey, Lazy<Task<LiveAnswer>>> _pending = new();
    private readonly NetworkSlots _slots = new(options.Value.Live.MaxConcurrentQueries);
    private readonly KnownNetworks _networks = new();
    private readonly LiveOutage _outage = new(state, time, logger);

    /// <inheritdoc cref="LiveOutage.Problem"/>
    internal string? Problem => _outage.Problem;

    /// <summary>Queries LAPI about this machine, and returns whether it answers. Throws only if the log does.</summary>
    internal async Task<bool> ProbeAsync() => !(await AskLapiAsync(IpKey.From(IPAddress.Loopback)).ConfigureAwait(false)).IsStale;

    internal ValueTask<BouncerVerdict> CheckAsync(IpKey address, CancellationToken cancellationToken) =>
        TryGetAnswer(address, out var answer) ? new(ToVerdict(answer)) : AskAsync(address, new(_slots, address), cancellationToken);

    /// <summary>Queries a client's address and the IPv4 address in it concurrently.</summary>
    /// <remarks>Both queries count as one of the IPv4 network: all clients of a translator are in one /64.</remarks>
    internal async ValueTask<(BouncerVerdict Own, BouncerVerdict Embedded)> CheckBothAsync(IpKey address, IpKey ipv4, CancellationToken cancellationToken)
    {
        var slot = new LiveSlot(_slots, ipv4);
        var own = TryGetAnswer(address, out var known) ? Task.FromResult(ToVerdict(known)) : AskAsync(address, slot, cancellationToken).AsTask();
        var embedded = TryGetAnswer(ipv4, out known) ? Task.FromResult(ToVerdict(known)) : AskAsync(ipv4, slot, cancellationToken).AsTask();
        var both = await Task.WhenAll(own, embedded).ConfigureAwait(false);
        return (both[0], both[1]);
    }

    /// <summary>The verdicts on each live decision of an earlier answer, strongest first.</summary>
    internal IReadOnlyList<BouncerVerdict> Known(IpKey address)
    {
        var answer = TryGetAnswer(address, out var kept) ? kept : Held(address);
        return answer is null ? [] : VerdictsOf(answer);
    }

    public void Dispose() => _answers.Dispose();

    private bool TryGetAnswer(IpKey address, [NotNullWhen(true)] out LiveAnswer? answer) =>
        _answers.TryGetValue(address, out answer) && answer!.Deadline > time.GetTimestamp();

    private async ValueTask<BouncerVerdict> AskAsync(IpKey address, LiveSlot slot, CancellationToken cancellationToken)
    {
        var query = _pending.GetOrAdd(address, static (key, asked) => new(() => asked.Self.QueryAsync(key, asked.Slot)), (Self: this, Slot: slot));
        return ToVerdict(await query.Value.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Never throws. The query is shared: a caller that cancels does not end it for the others.</summary>
    private async Task<LiveAnswer> QueryAsync(IpKey address, LiveSlot slot)
    {
        await Task.Yield();
        try
        {
            if (!slot.TryEnter(out var isFull))
            {
                if (isFull)
                {
                    _outage.Refuse();
                }

                return Held(address) ?? new LiveAnswer([], 0, 0, IsStale: true);
            }

            try
            {
                var answer = await AskLapiAsync(address).ConfigureAwait(false);
                Keep(address, answer);
                return answer;
            }
            finally
            {
                slot.Leave();
            }
        }
        finally
        {
            _pending.TryRemove(address, out _);
        }
    }

    private async Task<LiveAnswer> AskLapiAsync(IpKey address)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, time);
        try
        {
            var reply = await lapi.QueryAsync(address.ToIPAddress(), deadline.Token).ConfigureAwait(false);

            // LAPI ignores unknown arguments and then lists everything, which must not be applied to this address.
            var decisions = reply.Decisions.Where(decision => decision.Prefix?.Contains(address) == true).ToArray();
            notes.Look(reply.Unusable);
            foreach (var decision in decisions)
            {
                types.Look(decision.Type, decision.Remediation);
            }

            if (reply.Cut is { } cut)
            {
                return Cut(address, decisions, cut);
            }

            _outage.End(new SyncOutcome { Unusable = reply.Unusable.Count, Listed = reply.Count });
            _networks.Learn(address, decisions, After(LongestHold));
            return new LiveAnswer(Sorted(decisions), DeadlineOf(decisions), HoldOf(decisions));
        }
        catch (LapiException failure)
        {
            return Fail(address, failure.Kind, failure.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail(address, LapiErrorKind.Timeout, $"LAPI did not answer within {_options.Timeout}.");
        }
        catch (Exception unexpected)
        {
            logger.LiveQueryBroke(unexpected);
            return Fail(address, null, "An unexpected error; the log has it.");
        }
    }

    /// <remarks>When the cache is full, addresses without decisions of their own are removed first, even those in a banned network, and
    /// then the least recently used.</remarks>
    private void Keep(IpKey address, LiveAnswer answer)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), long.Max(answer.Deadline, answer.Until));
        if (left <= TimeSpan.Zero)
        {
            return;
        }

        var priority = answer.Until > 0 ? CacheItemPriority.High : CacheItemPriority.Normal;
        var entry = new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = left, Priority = priority };
        _answers.Set(address, answer, entry);
        if (answer.Until > 0 && !_answers.TryGetValue(address, out _))
        {
            // A full cache refuses a new entry and makes room only for later ones, so room is made here.
            _answers.Compact(double.Min(1, 0.05 + (1.0 / _options.CacheSize)));
            _answers.Set(address, answer, entry);
        }
    }

    /// <summary>The decisions of earlier answers on the address and its networks that may still be used; the deadline is the time
    /// until which they may be. Null if there is none.</summary>
    private LiveAnswer? Held(IpKey address)
    {
        var now = time.GetTimestamp();
        var own = _answers.TryGetValue(address, out LiveAnswer? answer) && answer!.Until > now ? answer : null;
        var networks = _networks.On(address, now).ToArray();
        if (own is null && networks.Length == 0)
        {
            return null;
        }

        var ownUntil = own?.Until ?? 0;
        var decisions = (own?.Decisions ?? []).Concat(networks.Select(static known => known.Decision));
        return new LiveAnswer(
            Sorted(Distinct(decisions)),
            networks.Select(static known => known.Until).Append(ownUntil).Max(),
            ownUntil,
            IsStale: true);
    }

    private static IEnumerable<Decision> Distinct(IEnumerable<Decision> decisions) =>
        decisions.DistinctBy(static decision => (decision.Id, decision.Prefix, decision.Remediation));

    private Decision[] Sorted(IEnumerable<Decision> decisions) => [.. decisions.OrderByDescending(decision => severities.Of(decision.Remediation))];

    /// <summary>An answer expires with the first of its decisions; then LAPI is queried again.</summary>
    private long DeadlineOf(IReadOnlyList<Decision> decisions) =>
        decisions.Select(decision => decision.Deadline).Append(After(_options.CacheDuration)).Min();

    /// <summary>Zero without a decision on exactly this address: those on its networks are kept once for all their addresses.</summary>
    private long HoldOf(IReadOnlyList<Decision> decisions) =>
        long.Min(After(LongestHold), decisions.Where(static decision => decision.Prefix!.Value.IsHost).Select(static decision => decision.Deadline).DefaultIfEmpty().Max());

    private long After(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

    private BouncerVerdict ToVerdict(LiveAnswer answer)
    {
        if (answer.Decisions.Count > 0 && VerdictsOf(answer) is [var strongest, ..] all)
        {
            return strongest with { All = all };
        }

        return new(default, null, answer.IsStale ? VerdictSource.Unavailable : VerdictSource.Live);
    }

    private BouncerVerdict[] VerdictsOf(LiveAnswer answer)
    {
        var now = time.GetTimestamp();
        return
        [
            .. answer.Decisions.Where(decision => decision.Deadline > now)
                .Select(decision => new BouncerVerdict(severities.Resolve(decision.Remediation), decision, VerdictSource.Live) { IsStale = answer.IsStale }),
        ];
    }

    /// <summary>The decisions of a partial answer, together with those known before. LAPI is queried again as after any failure, unless
    /// the answer was too large: the next one would be, too.</summary>
    private LiveAnswer Cut(IpKey address, Decision[] decisions, LapiException cut)
    {
        _outage.Add(cut.Kind, cut.Message);
        _networks.Add(decisions, After(LongestHold));
        var held = Held(address);
        var again = DeadlineOf(decisions);
        return new LiveAnswer(
            Sorted(Distinct(decisions.Concat(held?.Decisions ?? []))),
            cut.Kind == LapiErrorKind.TooLarge ? again : long.Min(again, After(OutagePause)),
            long.Max(HoldOf(decisions), held?.Until ?? 0),
            IsStale: true);
    }

    private LiveAnswer Fail(IpKey address, LapiErrorKind? kind, string error)
    {
        _outage.Add(kind, error);
        var again = After(OutagePause);
        return Held(address) is { } held ? held with { Deadline = long.Min(again, held.Deadline) } : new LiveAnswer([], again, 0, IsStale: true);
    }
}
