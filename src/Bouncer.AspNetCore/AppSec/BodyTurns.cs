namespace Bouncer.AspNetCore.AppSec;

/// <summary>Limits how many of one client's bodies AppSec inspects at a time, and keeps a client whose body took AppSec too long from
/// sending the next one at once: AppSec goes on with a body after the caller has hung up, and by default with one at a time, so that one
/// client could use it up. Thread-safe.</summary>
/// <remarks>A client has an entry while one of its bodies is with AppSec or it is held.</remarks>
internal sealed class BodyTurns(TimeProvider time)
{
    /// <summary>A held client gets AppSec for about a tenth of the time.</summary>
    private const int HoldFactor = 10;

    /// <summary>Each entry that is only held cost its client a body that timed out.</summary>
    private const int MaxEntries = 10_000;

    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<ClientKey, Account> _accounts = [];
    private long? _slowEndedAt;
    private readonly List<long> _slowStarts = [];
    private int _slow;

    /// <summary>Whether AppSec is still busy with a body that it did not answer for in time.</summary>
    internal bool IsSlow => Volatile.Read(ref _slow) > 0;

    /// <summary>Takes a turn, or waits for it.</summary>
    /// <param name="client">The client. All without an address are one.</param>
    /// <param name="most">How many turns a client may have at a time.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <returns>The turn; null if it did not come in time, or if the client is held.</returns>
    internal async ValueTask<BodyTurn?> TakeAsync(ClientKey client, int most, TimeSpan patience, CancellationToken aborted)
    {
        TaskCompletionSource<bool> waiting;
        lock (_gate)
        {
            var account = AccountOf(client);
            if (IsHeld(account))
            {
                return null;
            }

            if (account.Taken < most)
            {
                account.Taken++;
                return new BodyTurn(this, client, time.GetTimestamp());
            }

            waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            account.Waiting.Enqueue(waiting);
        }

        await ((Task)waiting.Task).WaitAsync(patience, time, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (waiting.TrySetResult(false) || !await waiting.Task)
        {
            aborted.ThrowIfCancellationRequested();
            return null;
        }

        return new BodyTurn(this, client, time.GetTimestamp());
    }

    /// <summary>Reports that AppSec did not answer for a body in time. Its client gets no other turn until it does.</summary>
    internal void BecomesSlow(BodyTurn turn)
    {
        lock (_gate)
        {
            _slow++;
            _slowStarts.Add(turn.StartedAt);
            var account = _accounts[turn.Client];
            account.Slow++;
            while (account.Waiting.TryDequeue(out var waiting))
            {
                waiting.TrySetResult(false);
            }
        }
    }

    /// <summary>After how long a client without a turn may try again.</summary>
    /// <param name="client">The client.</param>
    /// <param name="timeout">How long AppSec may take for a body.</param>
    internal TimeSpan WaitOf(ClientKey client, TimeSpan timeout)
    {
        lock (_gate)
        {
            return _accounts.GetValueOrDefault(client)?.HeldUntil is { } end && time.GetTimestamp() is var now && end > now
                ? time.GetElapsedTime(now, end)
                : timeout;
        }
    }

    /// <summary>Ends a turn.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="timeout">How long AppSec may take for a body.</param>
    internal void End(BodyTurn turn, TimeSpan timeout)
    {
        lock (_gate)
        {
            var account = _accounts[turn.Client];
            if (turn.IsSlow)
            {
                _slow--;
                account.Slow--;
                _slowStarts.Remove(turn.StartedAt);
                Hold(account, turn, timeout);
            }

            account.Taken--;
            while (account.Waiting.TryDequeue(out var waiting))
            {
                if (waiting.TrySetResult(true))
                {
                    account.Taken++;
                    break;
                }
            }

            if (account.Taken == 0 && account.HeldUntil is null)
            {
                _accounts.Remove(turn.Client);
            }
        }
    }

    /// <summary>A body may only have waited in AppSec for another slow one, which is not its client's doing: its own time begins when
    /// the one before was over.</summary>
    private void Hold(Account account, BodyTurn turn, TimeSpan timeout)
    {
        if (_slowStarts.Exists(start => start < turn.StartedAt))
        {
            // It waited for one that is still being answered.
            return;
        }

        var now = time.GetTimestamp();
        var began = _slowEndedAt is { } last ? Math.Max(last, turn.StartedAt) : turn.StartedAt;
        _slowEndedAt = now;
        var own = time.GetElapsedTime(began, now);
        if (own >= timeout)
        {
            var hold = own * HoldFactor;
            account.HeldUntil = now + (long)((hold < LongestHold ? hold : LongestHold).TotalSeconds * time.TimestampFrequency);
        }
    }

    private bool IsHeld(Account account)
    {
        if (account.HeldUntil <= time.GetTimestamp())
        {
            account.HeldUntil = null;
        }

        return account.Slow > 0 || account.HeldUntil is not null;
    }

    private Account AccountOf(ClientKey client)
    {
        if (!_accounts.TryGetValue(client, out var account))
        {
            if (_accounts.Count >= MaxEntries)
            {
                Forget();
            }

            _accounts[client] = account = new Account();
        }

        return account;
    }

    /// <summary>Forgets the clients that are only held; all of them, since the table would be searched for each request otherwise.</summary>
    private void Forget()
    {
        foreach (var (client, account) in _accounts)
        {
            if (account.Taken == 0)
            {
                _accounts.Remove(client);
            }
        }
    }

    private sealed class Account
    {
        internal Queue<TaskCompletionSource<bool>> Waiting { get; } = [];

        internal int Taken { get; set; }

        internal int Slow { get; set; }

        /// <summary>The end of the time without turns; null if there is none.</summary>
        internal long? HeldUntil { get; set; }
    }
}
