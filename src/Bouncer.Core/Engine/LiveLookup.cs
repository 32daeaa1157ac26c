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
    TimeProvider time,
    ILogger<LiveLookup> logger) : IDisposable
{
    /// <summary>How long "LAPI cannot be asked" stands for an address, so that an outage is not a query a request.</summary>
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    private readonly LiveOptions _options = options.Value.Live;
    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = options.Value.Live.CacheSize });
    private readonly ConcurrentDictionary<IpKey, Lazy<Task<LiveAnswer>>> _pending = new();
    private int _running;

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
            if (Interlocked.Increment(ref _running) > _options.MaxConcurrentQueries)
            {
                return new LiveAnswer(null, 0);
            }

            var answer = await AskLapiAsync(address).ConfigureAwait(false);
            Keep(address, answer);
            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
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
            return new LiveAnswer([.. decisions.OrderByDescending(d => severities.Of(d.Remediation))], Until(decisions));
        }
        catch (LapiException failure)
        {
            return Fail(failure.Kind, failure.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail(LapiErrorKind.Timeout, $"LAPI did not answer within {_options.Timeout}.");
        }
        catch (Exception unexpected)
        {
            logger.LiveQueryBroke(unexpected);
            return Fail(null, "An unexpected error; the log has it.");
        }
    }

    private void Keep(IpKey address, LiveAnswer answer)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), answer.Deadline);
        if (left > TimeSpan.Zero)
        {
            _answers.Set(address, answer, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = left });
        }
    }

    /// <summary>An answer ends with the first of its decisions: what is left then is for LAPI to say.</summary>
    private long Until(IReadOnlyList<Decision> decisions)
    {
        var until = After(_options.CacheDuration);
        foreach (var decision in decisions)
        {
            until = Math.Min(until, decision.Deadline);
        }

        return until;
    }

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
            logger.LiveQueryRecovered(state.Status.ConsecutiveFailures);
        }

        state.Succeeded();
    }

    private LiveAnswer Fail(LapiErrorKind? kind, string error)
    {
        if (state.Status.ConsecutiveFailures == 0)
        {
            logger.LiveQueryFailed(error);
        }

        state.Failed(kind, error);
        return new LiveAnswer(null, After(OutagePause));
    }
}
