using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Bouncer.Lapi;
using Bouncer.Net;
using Bouncer.Sync;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Engine;

/// <summary>Asks LAPI about one address at a time and remembers the answers, within bounds. Callers that want the same
/// address share one query; none waits longer than <see cref="LiveOptions.Timeout"/>.</summary>
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
    /// <summary>How long "LAPI cannot be asked" stands for an address, so that an outage is not a query a request.</summary>
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    /// <summary>How long a decision stays in force without LAPI's word when it cannot be asked again: a flood or an outage lets
    /// no client in that was banned before.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);

    private readonly LiveOptions _options = options.Value.Live;
    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = options.Value.Live.CacheSize });
    private readonly ConcurrentDictionary<IpKey, Lazy<Task<LiveAnswer>>> _pending = new();
    private readonly NetworkSlots _slots = new(options.Value.Live.MaxConcurrentQueries);
    private readonly KnownNetworks _networks = new();
    private readonly LiveOutage _outage = new(state, time, logger);

    internal ValueTask<BouncerVerdict> CheckAsync(IpKey address, CancellationToken cancellationToken) =>
        TryGetAnswer(address, out var answer) ? new(ToVerdict(answer)) : AskAsync(address, new(_slots, address), cancellationToken);

    /// <summary>Asks about a client's address and the IPv4 address in it at once.</summary>
    /// <remarks>Both questions are one of the client's own network: all clients of a translator lie in one /64.</remarks>
    internal async ValueTask<(BouncerVerdict Own, BouncerVerdict Embedded)> CheckBothAsync(IpKey address, IpKey ipv4, CancellationToken cancellationToken)
    {
        var slot = new LiveSlot(_slots, ipv4);
        var own = TryGetAnswer(address, out var known) ? Task.FromResult(ToVerdict(known)) : AskAsync(address, slot, cancellationToken).AsTask();
        var embedded = TryGetAnswer(ipv4, out known) ? Task.FromResult(ToVerdict(known)) : AskAsync(ipv4, slot, cancellationToken).AsTask();
        var both = await Task.WhenAll(own, embedded).ConfigureAwait(false);
        return (both[0], both[1]);
    }

    /// <summary>The verdicts on each live decision of an answer that LAPI gave before, the strongest first.</summary>
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

    /// <summary>Never throws, and belongs to no single caller: one that leaves does not end it for the others.</summary>
    private async Task<LiveAnswer> QueryAsync(IpKey address, LiveSlot slot)
    {
        await Task.Yield();
        try
        {
            if (!slot.TryEnter())
            {
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

            // LAPI ignores arguments it does not know and then lists everything: that must not fall on whoever was asked about.
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

    /// <remarks>An address with decisions of its own is kept whatever others fill the cache: those that have none make room first,
    /// also those of a network that is decided on, and then the one that was not asked about for longest.</remarks>
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
            // A full cache refuses what is new, and makes room only for what comes later.
            _answers.Compact(double.Min(1, 0.05 + (1.0 / _options.CacheSize)));
            _answers.Set(address, answer, entry);
        }
    }

    /// <summary>What LAPI said before about the address, and about its networks, as far as that may still be used; its deadline is
    /// the end of that. Null if there is no such decision.</summary>
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

    /// <summary>An answer ends with the first of its decisions: what is left then is for LAPI to say.</summary>
    private long DeadlineOf(IReadOnlyList<Decision> decisions) =>
        decisions.Select(decision => decision.Deadline).Append(After(_options.CacheDuration)).Min();

    /// <summary>Zero without a decision on the address alone: those on its networks are held once for all of their addresses.</summary>
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

    /// <summary>What was read of an answer counts in addition to what is known: it is part of the decisions on the address. LAPI is
    /// asked again as after any failure, unless the answer is too large: the next one would be, too.</summary>
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
