namespace Bouncer.AspNetCore.Mfa;

/// <summary>Counts failed attempts of many, in memory of fixed size. Nobody is ever forgotten for the sake of others: who shares a
/// place shares its count, and nobody can foresee who does.</summary>
/// <param name="longestDelay">The longest delay; this long without an attempt forgives one.</param>
/// <param name="time">The clock.</param>
/// <remarks>Not safe for several threads.</remarks>
internal sealed class Attempts(TimeSpan longestDelay, TimeProvider time)
{
    internal const int Free = 5;

    private const int Places = 1 << 16;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(30);

    private readonly Place[] _places = new Place[Places];

    /// <summary>How long the next attempt has to wait; zero if it need not.</summary>
    internal TimeSpan DelayOf(int hash)
    {
        ref var place = ref Forgive(hash);
        if (place.Count < Free)
        {
            return TimeSpan.Zero;
        }

        var left = DelayAfter(place.Count) - time.GetElapsedTime(place.Last);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Counts an attempt, before it is known whether it fails: of many at once no more get through.</summary>
    internal void Count(int hash)
    {
        ref var place = ref Forgive(hash);
        place.Count++;
        place.Last = place.Since = time.GetTimestamp();
    }

    /// <summary>Takes back one attempt, which did not fail.</summary>
    internal void Undo(int hash)
    {
        ref var place = ref PlaceOf(hash);
        place.Count = Math.Max(0, place.Count - 1);
    }

    internal void Clear(int hash) => PlaceOf(hash) = default;

    private TimeSpan DelayAfter(int count)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(count - Free, 16));
        return delay < longestDelay ? delay : longestDelay;
    }

    private ref Place Forgive(int hash)
    {
        ref var place = ref PlaceOf(hash);
        if (place.Count > 0 && time.GetElapsedTime(place.Since) / longestDelay is >= 1 and var times)
        {
            place.Count = (int)Math.Max(0, place.Count - Math.Floor(times));
            place.Since = time.GetTimestamp();
        }

        return ref place;
    }

    private ref Place PlaceOf(int hash) => ref _places[(uint)hash % Places];

    private struct Place
    {
        internal int Count;

        /// <summary>When the last attempt was.</summary>
        internal long Last;

        /// <summary>From when on time forgives.</summary>
        internal long Since;
    }
}
