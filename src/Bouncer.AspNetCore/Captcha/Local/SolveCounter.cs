using Microsoft.Extensions.DependencyInjection;
using Bouncer.AspNetCore.RateLimiting;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>By how many steps a client's next challenge is harder than its policy asks for: a step for each challenge it solved
/// lately but for the first, and steps for challenges it holds open, so that it gains nothing by having many set beforehand.</summary>
/// <remarks>Many visitors may be one client, behind one address, and pay for each other: so the first ones of each are free and
/// the rise ends early. Safe for any number of threads.</remarks>
internal sealed class SolveCounter([FromKeyedServices(GcraRateLimiter.OfChallenges)] GcraRateLimiter table)
{
    /// <summary>One relapse is forgotten in this time.</summary>
    internal static readonly TimeSpan Decay = TimeSpan.FromMinutes(10);

    /// <summary>More steps than these there are not: about three times the work.</summary>
    internal const int Most = 3;

    /// <summary>So many open challenges of a client are counted; one is free again in a thirty-second of their lifetime, or when it is
    /// solved. More are as hard as the last ones: a neighbour behind the same address that holds all of them keeps no visitor out, and
    /// holding more gains nothing.</summary>
    internal const int MostOpen = 32;

    /// <summary>So many may be open before the next one is harder, and twice as many for each further step.</summary>
    internal const int FreeOpen = 4;

    // One solution more than there are steps, as the first is free.
    private static readonly Rate Solved = new(PermitLimit: 1, Window: Decay, Burst: Most + 1);
    private static readonly Rate Held = new(PermitLimit: MostOpen, Window: ChallengeTicket.Lifetime, Burst: MostOpen);

    private readonly ulong _solved = RateKey.Purpose("captcha relapses");
    private readonly ulong _open = RateKey.Purpose("captcha open");

    /// <summary>Notes that a challenge is set.</summary>
    /// <param name="client">For whom.</param>
    /// <returns>By how many steps it is to be harder.</returns>
    internal int Open(ClientKey client)
    {
        // All without an address are one client, and have nothing to do with each other.
        if (client.IsEmpty)
        {
            return 0;
        }

        var open = RateKey.Of(_open, client);
        var before = table.Used(open, Held);
        table.TryTake(open, Held, out _);
        return Math.Min(Most, CountOf(client) + StepsOf(before));
    }

    /// <summary>Notes that a challenge was solved.</summary>
    internal void Add(ClientKey client)
    {
        if (!client.IsEmpty)
        {
            table.TryTake(RateKey.Of(_solved, client), Solved, out _);
            table.Return(RateKey.Of(_open, client), Held);
        }
    }

    /// <summary>The steps for what was solved.</summary>
    internal int CountOf(ClientKey client) =>
        client.IsEmpty ? 0 : Math.Clamp(table.Used(RateKey.Of(_solved, client), Solved) - 1, 0, Most);

    private static int StepsOf(int open)
    {
        var steps = 0;
        for (var free = FreeOpen; open >= free; free *= 2)
        {
            steps++;
        }

        return steps;
    }
}
