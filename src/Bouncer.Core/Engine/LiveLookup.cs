using System.Collections.Concurrent;
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
    TimeProvider time,
    ILogger<LiveLookup> logger) : IDisposable
{
    /// <summary>How long "LAPI cannot be asked" stands for an address, so that an outage is not a query a request.</summary>
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    /// <summary>How long a decision stays in force without LAPI's word when it cannot be asked again: a flood or an outage lets
    /// nobody in who was banned before.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);

    private readonly LiveOptions _options = options.Value.Live;
    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = options.Value.Live.CacheSize });
    private readonly ConcurrentDictionary<IpKey, Lazy<Task<LiveAnswer>>> _pending = new();
    private readonly NetworkSlots _slots = new(options.Value.Live.MaxConcurrentQueries);

    internal ValueTask<BouncerVerdict> CheckAsync(IpKey address, CancellationToken cancellationToken) =>
        _answers.TryGetValue(address, out LiveAnswer? answer) && answer!.Deadline > time.GetTimestamp()
            ? new(ToVerdict(answer))
            : AskAsync(address, cancellationToken);

    /// <summary>The live decisions of an answer that LAPI gave before, the strongest first.</summary>
    internal IEnumerable<Decision> Known(IpKey address)
    {
        var now = time.GetTimestamp();
        return _answers.TryGetValue(address, out LiveAnswer? answer) ? answer!.Decisions?.Where(decision => decision.Deadline > now) ?? [] : [];
    }

    public void Dispose() => _answers.Dispose();

    private async ValueTask<BouncerVerdict> AskAsync(IpKey address, CancellationToken cancellationToken)
    {
        var query = _pending.GetOrAdd(address, static (key, self) => new(() => self.QueryAsync(key)), this);
        return ToVerdict(await query.Value.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Never throws, and belongs to no single caller: one that leaves does not end it for the others.</summary>
    private async Task<LiveAnswer> QueryAsync(IpKey address)
    {
        await Task.Yield();
        try
        {
            if (!_slots.TryTake(address))
            {
                return Held(address) ?? new LiveAnswer(null, 0, 0);
            }

            try
            {
                var answer = await AskLapiAsync(address).ConfigureAwait(false);
                Keep(address, answer);
                return answer;
            }
            finally
            {
                _slots.Return(address);
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
            var answered = await lapi.QueryAsync(address.ToIPAddress(), deadline.Token).ConfigureAwait(false);

            // LAPI ignores arguments it does not know and then lists everything: that must not fall on whoever was asked about.
            var decisions = answered.Where(decision => decision.Prefix?.Contains(address) == true).ToArray();
            Succeed();
            foreach (var decision in decisions)
            {
                types.Look(decision.Type, decision.Remediation);
            }

            return new LiveAnswer([.. decisions.OrderByDescending(d => severities.Of(d.Remediation))], DeadlineOf(decisions), HoldOf(decisions));
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

    /// <remarks>Addresses without a decision make room first: a flood of them does not push out those that are banned.</remarks>
    private void Keep(IpKey address, LiveAnswer answer)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), long.Max(answer.Deadline, answer.Until));
        if (left > TimeSpan.Zero)
        {
            var priority = answer.Decisions is { Count: > 0 } ? CacheItemPriority.High : CacheItemPriority.Normal;
            _answers.Set(address, answer, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = left, Priority = priority });
        }
    }

    /// <summary>What LAPI said before, if that has a decision which still lives and may still be used.</summary>
    private LiveAnswer? Held(IpKey address) =>
        _answers.TryGetValue(address, out LiveAnswer? answer) && answer!.Until > time.GetTimestamp() ? answer : null;

    /// <summary>An answer ends with the first of its decisions: what is left then is for LAPI to say.</summary>
    private long DeadlineOf(IReadOnlyList<Decision> decisions) =>
        decisions.Select(decision => decision.Deadline).Append(After(_options.CacheDuration)).Min();

    private long HoldOf(IReadOnlyList<Decision> decisions) =>
        long.Min(After(LongestHold), decisions.Select(decision => decision.Deadline).DefaultIfEmpty().Max());

    private long After(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

    private BouncerVerdict ToVerdict(LiveAnswer answer)
    {
        if (answer.Decisions is null)
        {
            return new(default, null, VerdictSource.Unavailable);
        }

        var now = time.GetTimestamp();
        foreach (var decision in answer.Decisions)
        {
            if (decision.Deadline > now)
            {
                return new(severities.Resolve(decision.Remediation), decision, VerdictSource.Live);
            }
        }

        return new(default, null, VerdictSource.Live);
    }

    private void Succeed()
    {
        if (state.Status.ConsecutiveFailures > 0)
        {
            logger.LiveQueryRecovered(state.Status.ConsecutiveFailures, state.Outage.Length);
        }

        state.Succeeded();
    }

    private LiveAnswer Fail(IpKey address, LapiErrorKind? kind, string error)
    {
        if (state.Status.ConsecutiveFailures == 0)
        {
            logger.LiveQueryFailed(error);
        }

        if (state.Failed(kind, error))
        {
            logger.LiveOutageLasts(state.Outage.Length, state.Status.ConsecutiveFailures, error);
        }

        var again = After(OutagePause);
        return Held(address) is { } held ? held with { Deadline = long.Min(again, held.Until) } : new LiveAnswer(null, again, 0);
    }
}
