namespace Bouncer.AspNetCore.Mfa;

/// <summary>Counts failed attempts per key, in memory of fixed size. Each key has four places, one in each row, and a place
/// counts the attempts of all keys that share it.</summary>
/// <param name="free">The number of attempts without a delay.</param>
/// <param name="longestDelay">The longest delay; one attempt is forgiven after this time without another.</param>
/// <param name="time">The clock.</param>
/// <remarks>A place never counts less than the attempts of each key that shares it, so the shortest delay of the four is never
/// too short, and exact if one of the places is not shared. Keys are unpredictable, and so is which keys share places. Not
/// thread-safe.</remarks>
internal sealed class FailedAttemptCounter(int free, TimeSpan longestDelay, TimeProvider time)
{
    private const int Rows = 4;

    private const int Length = 1 << 15;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(30);

    private readonly Place[] _places = new Place[Rows * Length];

    /// <summary>How long the next attempt has to wait; zero if it need not.</summary>
    internal TimeSpan DelayOf(ulong key)
    {
        var mildest = TimeSpan.MaxValue;
        for (var row = 0; row < Rows; row++)
        {
            var delay = DelayOf(Forgive(row, key));
            mildest = delay < mildest ? delay : mildest;
        }

        return mildest;
    }

    /// <summary>Counts an attempt before it is known whether it fails, so that concurrent attempts do not exceed the
    /// limit.</summary>
    internal void Count(ulong key)
    {
        for (var row = 0; row < Rows; row++)
        {
            ref var place = ref Forgive(row, key);
            place.Count++;
            place.Last = place.Since = time.GetTimestamp();
        }
    }

    /// <summary>Undoes the count of one attempt, which did not fail.</summary>
    internal void Undo(ulong key) => TakeBack(key, 1);

    /// <summary>Undoes all attempts of a key, and those of others only if all of its places are shared.</summary>
    internal void Clear(ulong key)
    {
        var fewest = int.MaxValue;
        for (var row = 0; row < Rows; row++)
        {
            fewest = Math.Min(fewest, PlaceOf(row, key).Count);
        }

        TakeBack(key, fewest);
    }

    private void TakeBack(ulong key, int count)
    {
        for (var row = 0; row < Rows; row++)
        {
            ref var place = ref PlaceOf(row, key);
            place.Count = Math.Max(0, place.Count - count);
        }
    }

    private TimeSpan DelayOf(in Place place)
    {
        var left = place.Count < free ? TimeSpan.Zero : DelayAfter(place.Count) - time.GetElapsedTime(place.Last);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private TimeSpan DelayAfter(int count)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(count - free, 16));
        return delay < longestDelay ? delay : longestDelay;
    }

    private ref Place Forgive(int row, ulong key)
    {
        ref var place = ref PlaceOf(row, key);
        if (place.Count > 0 && time.GetElapsedTime(place.Since) / longestDelay is >= 1 and var times)
        {
            place.Count = (int)Math.Max(0, place.Count - Math.Floor(times));
            place.Since = time.GetTimestamp();
        }

        return ref place;
    }

    private ref Place PlaceOf(int row, ulong key) => ref _places[(row * Length) + (int)((key >> (16 * row)) % Length)];

    private struct Place
    {
        internal int Count;

        /// <summary>The time of the last attempt.</summary>
        internal long Last;

        /// <summary>The time from which attempts are forgiven.</summary>
        internal long Since;
    }
}
