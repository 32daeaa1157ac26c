using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Queries LAPI about parts of its list, and finds out which queries it answers.</summary>
internal sealed class LapiQuestions(ILapiClient lapi, TimeProvider time)
{
    /// <summary>How long a refusal counts: 403 and 404 may be a temporary fault of LAPI, or of a proxy in front of it.</summary>
    private static readonly TimeSpan RefusalPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private bool _mustLearn = true;
    private long _unanswered;
    private TimeSpan _pause;
    private int _failures;
    private long? _forbiddenSince;

    /// <summary>The queries that LAPI answers now: none for some time after one that it did not answer.</summary>
    internal LapiAbility Ability =>
        time.GetElapsedTime(_unanswered) < _pause ? LapiAbility.None
        : _mustLearn ? LapiAbility.Unknown
        : Known;

    /// <summary>The queries that LAPI answered when that was last determined.</summary>
    internal LapiAbility Known { get; private set; }

    /// <summary>Why LAPI does not answer queries; null if it does.</summary>
    internal string? Refusal { get; private set; }

    /// <summary>The failure of the last query; null if it succeeded or was refused.</summary>
    internal LapiException? Failure { get; private set; }

    /// <summary>Whether queries fail, or have been answered with 403 for less than a minute. With a failing database LAPI answers some
    /// requests with 403, because it looks up the key first, and others with an empty list (CrowdSec's
    /// pkg/apiserver/middlewares/v1/api_key.go).</summary>
    internal bool IsFailingPerhaps => Failure is not null || (_forbiddenSince is { } since && time.GetElapsedTime(since) < RefusalPause);

    /// <summary>Whether LAPI is known to answer queries by value.</summary>
    internal bool CanAsk => Ability is LapiAbility.Values or LapiAbility.Ids;

    /// <summary>Causes the supported queries to be determined again at the next opportunity: LAPI may have been replaced after a
    /// fault or an update.</summary>
    internal void Forget() => _mustLearn = true;

    /// <summary>Forgets everything, because the settings of LAPI have changed.</summary>
    internal void Reset()
    {
        (Known, _mustLearn, _pause) = (LapiAbility.Unknown, true, TimeSpan.Zero);
        (Refusal, Failure, _forbiddenSince, _failures) = (null, null, null, 0);
    }

    /// <summary>Determines which queries LAPI answers, with a decision that it has. Costs at most two small requests.</summary>
    internal async Task LearnAsync(DecisionProbe? probe, CancellationToken cancellationToken)
    {
        if (Ability != LapiAbility.Unknown || probe is not { } known)
        {
            return;
        }

        // If LAPI supports ids, the answer does not contain the decision, because its id is not above itself; otherwise it does.
        if (await AskAsync(known.Selection with { AboveId = known.Id }, cancellationToken).ConfigureAwait(false) is not { } above)
        {
            return;
        }

        if (known.IsIn(above))
        {
            (Known, _mustLearn) = (LapiAbility.Values, false);
        }
        else if (await AskAsync(known.Selection, cancellationToken).ConfigureAwait(false) is { } answer && known.IsIn(answer))
        {
            (Known, _mustLearn) = (LapiAbility.Ids, false);
        }
    }

    /// <returns>Null if LAPI does not answer such queries.</returns>
    /// <exception cref="LapiException">LAPI failed.</exception>
    internal async Task<ListAnswer?> AskAsync(DecisionSelection selection, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await lapi.ListAsync(selection, cancellationToken).ConfigureAwait(false);
            (Refusal, Failure, _forbiddenSince, _failures) = (null, null, null, 0);
            return answer;
        }
        catch (LapiException refusal) when (IsRefusal(refusal))
        {
            (Known, _mustLearn) = (LapiAbility.None, true);
            (Refusal, Failure, _failures) = (refusal.Message, null, 0);
            Pause(RefusalPause);
            _forbiddenSince = refusal.Kind == LapiErrorKind.Forbidden ? _forbiddenSince ?? _unanswered : null;
            return null;
        }
        catch (LapiException failure)
        {
            (Refusal, Failure) = (failure.Message, failure);
            Pause(SyncSchedule.NotBefore(failure.RetryAfter, SyncSchedule.Doubled(FirstPause, _failures++, LongestPause)));
            throw;
        }
    }

    private void Pause(TimeSpan pause) => (_unanswered, _pause) = (time.GetTimestamp(), pause);

    // The path does not exist or is not available to bouncers. LAPI's own failures are 500 and do not show which queries it
    // supports.
    private static bool IsRefusal(LapiException failure) =>
        failure.Kind is LapiErrorKind.NotFound or LapiErrorKind.NotOffered or LapiErrorKind.Forbidden or LapiErrorKind.Redirected;
}
