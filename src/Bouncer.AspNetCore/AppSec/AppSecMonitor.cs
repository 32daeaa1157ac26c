using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Watches whether AppSec answers, logs what changes, and keeps requests from waiting for an AppSec that is down: while it is,
/// one request at a time tries it. Thread-safe.</summary>
internal sealed class AppSecMonitor(BodyTurns turns, TimeProvider time, ILogger<AppSecMonitor> logger)
{
    /// <summary>The fault of a request that did not try AppSec.</summary>
    internal const string Down = "down";

    private const int ManyFailures = 5;

    private static readonly TimeSpan DownAfter = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LogPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private volatile Failing? _failing;
    private long? _loggedAt;
    private long? _slowLoggedAt;
    private long _answeredAt = long.MinValue;
    private bool _isTrying;

    /// <summary>Why the last three or more requests in a row got no answer; null if they did.</summary>
    internal string? Fault => _failing is { Failures: >= 3 } failing ? failing.Fault : null;

    /// <summary>Whether a request may try AppSec. One that does must report the outcome.</summary>
    internal bool TryEnter()
    {
        if (_failing is null)
        {
            return true;
        }

        lock (_gate)
        {
            if (_failing is not { Waits: >= ManyFailures } failing || time.GetElapsedTime(failing.Since) < DownAfter)
            {
                return true;
            }

            var isFree = !_isTrying;
            _isTrying = true;
            return isFree;
        }
    }

    /// <summary>Reports an answer.</summary>
    internal void Answered()
    {
        Volatile.Write(ref _answeredAt, time.GetTimestamp());
        if (_failing is null)
        {
            return;
        }

        lock (_gate)
        {
            _isTrying = false;
            if (_failing is { IsLogged: true })
            {
                logger.AppSecAnswersAgain();
            }

            _failing = null;
        }
    }

    /// <summary>Reports that there is neither an answer nor a failure of AppSec, as when the client disconnected.</summary>
    internal void GivenUp()
    {
        lock (_gate)
        {
            _isTrying = false;
        }
    }

    /// <summary>Reports that a client's body took AppSec too long, or was not sent because of others of the same client.</summary>
    /// <param name="treatment">The remediation that is applied.</param>
    internal void TooSlow(Remediation treatment)
    {
        lock (_gate)
        {
            if (_slowLoggedAt is not { } last || time.GetElapsedTime(last) >= LogPause)
            {
                _slowLoggedAt = time.GetTimestamp();
                logger.AppSecTooSlow(treatment.Name);
            }
        }
    }

    /// <summary>Reports what became of a call that was not answered in time.</summary>
    /// <param name="reply">The answer, or why there is none.</param>
    /// <param name="startedAt">The timestamp of its begin.</param>
    /// <param name="treatment">The remediation that is applied where AppSec does not answer.</param>
    internal void Followed(AppSecReply reply, long startedAt, Remediation treatment)
    {
        if (reply.Answer is not null)
        {
            Answered();
        }
        else if (reply.Fault is { } fault && Volatile.Read(ref _answeredAt) < startedAt)
        {
            // AppSec has answered nothing at all for as long as a body can keep it busy.
            Count(fault, treatment, reply.Reason, isWait: true);
        }
    }

    /// <summary>Reports a failure, or that the request was not to try.</summary>
    /// <param name="fault">A short code; <see cref="Down"/> if the request did not try.</param>
    /// <param name="treatment">The remediation that is applied instead.</param>
    /// <param name="reason">More about the fault; null for nothing.</param>
    internal void Failed(string fault, Remediation treatment, string? reason = null) => Count(fault, treatment, reason, IsWait(fault));

    /// <summary>Whether a request had to wait. While AppSec is busy with a client's body, others who wait for that do not make it one that
    /// is down: the client could switch it off for them.</summary>
    private bool IsWait(string fault) => fault is "unreachable" or "tls" || (fault == "timeout" && !turns.IsSlow);

    private void Count(string fault, Remediation treatment, string? reason, bool isWait)
    {
        lock (_gate)
        {
            _isTrying &= fault == Down;
            var before = _failing ?? new Failing(fault, time.GetTimestamp(), 0, 0, false);
            var isLogged = _loggedAt is not { } last || time.GetElapsedTime(last) >= LogPause;
            _failing = before with
            {
                Fault = fault,
                Failures = before.Failures + 1,
                Waits = before.Waits + (isWait ? 1 : 0),
                IsLogged = before.IsLogged || isLogged,
            };
            if (isLogged)
            {
                _loggedAt = time.GetTimestamp();
                logger.AppSecFailed(reason is null ? fault : $"{fault}: {reason}", treatment.Name);
            }
        }
    }

    /// <param name="Fault">The last failure.</param>
    /// <param name="Since">The time of the first one.</param>
    /// <param name="Failures">The failures since the last answer.</param>
    /// <param name="Waits">Those for which a request had to wait.</param>
    /// <param name="IsLogged">Whether one was logged.</param>
    private sealed record Failing(string Fault, long Since, int Failures, int Waits, bool IsLogged);
}
