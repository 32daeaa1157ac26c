namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>One account per client: a hash table of bounded size that forgets clients whose time has passed.</summary>
internal sealed class RateAccounts : IRateStore
{
    internal const int LargestSize = 1 << 16;

    private const int SmallestSize = 64;

    private Account[] _accounts = new Account[SmallestSize];
    private int _used;

    public long Bytes => (long)Volatile.Read(ref _accounts).Length * 2 * sizeof(long);

    public long TimeOf(ulong key) => Find(_accounts, key).Time;

    public bool TrySet(ulong key, long time, long now)
    {
        if (_used > _accounts.Length / 4 * 3 && !TryTidy(now))
        {
            return false;
        }

        Set(key, time);
        return true;
    }

    internal void CopyTo(RateSketch sketch, long now)
    {
        foreach (var account in _accounts)
        {
            if (account.Time > now)
            {
                sketch.TrySet(account.Key, account.Time, now);
            }
        }
    }

    /// <summary>The place of a key, or the free place where it would be. Only a free place has the time zero.</summary>
    private static ref Account Find(Account[] accounts, ulong key)
    {
        var mask = accounts.Length - 1;
        for (var at = (int)key & mask; ; at = (at + 1) & mask)
        {
            ref var account = ref accounts[at];
            if (account.Time == 0 || account.Key == key)
            {
                return ref account;
            }
        }
    }

    private void Set(ulong key, long time)
    {
        ref var account = ref Find(_accounts, key);
        _used += account.Time == 0 ? 1 : 0;
        account = new Account(key, time);
    }

    /// <summary>Keeps only accounts whose time has not passed, in a table of which they take at most half.</summary>
    private bool TryTidy(long now)
    {
        var before = _accounts;
        var living = before.Count(account => account.Time > now);
        var size = SmallestSize;
        while (size < living * 2)
        {
            size *= 2;
        }

        if (size > LargestSize)
        {
            return false;
        }

        Volatile.Write(ref _accounts, new Account[size]);
        _used = 0;
        foreach (var account in before)
        {
            if (account.Time > now)
            {
                Set(account.Key, account.Time);
            }
        }

        return true;
    }

    private readonly record struct Account(ulong Key, long Time);
}
