using Microsoft.Extensions.DependencyInjection;
using Bouncer.AspNetCore.RateLimiting;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Counts by how many steps a client's next challenge is harder than its policy requires: one step for each challenge
/// that it solved lately except the first, and steps for open challenges, so that requesting many in advance gains
/// nothing.</summary>
/// <remarks>Many visitors may share one address and count as one client, so the first challenges are free and the increase is
/// limited. Thread-safe.</remarks>
internal sealed class SolveCounter([FromKeyedServices(GcraRateLimiter.OfChallenges)] GcraRateLimiter table)
{
    /// <summary>The time in which one solved challenge is forgotten.</summary>
    internal static readonly TimeSpan Decay = TimeSpan.FromMinutes(10);

    /// <summary>The maximum number of steps: about three times the work.</summary>
    internal const int Most = 3;

    /// <summary>The number of a client's open challenges that are counted; one is freed every thirty-second of their lifetime, or
    /// when it is solved. Further ones are as hard as the last of these: a neighbour behind the same address that holds all of
    /// them locks out no visitor, and holding more gains nothing.</summary>
    internal const int MostOpen = 32;

    /// <summary>The number of open challenges before the next one is harder; it doubles for each further step.</summary>
    internal const int FreeOpen = 4;

    // One solution more than there are steps, as the first is free.
    private static readonly Rate Solved = new(PermitLimit: 1, Window: Decay, Burst: Most + 1);
    private static readonly Rate Held = new(PermitLimit: MostOpen, Window: ChallengeTicket.Lifetime, Burst: MostOpen);

    private readonly ulong _solved = RateKey.Purpose("captcha relapses");
    private readonly ulong _open = RateKey.Purpose("captcha open");

    /// <summary>Records that a challenge is issued.</summary>
    /// <param name="client">The client.</param>
    /// <returns>The number of steps by which the challenge is to be harder.</returns>
    internal int Open(ClientKey client)
    {
        // Clients without an address have the same key, but nothing to do with each other.
        if (client.IsEmpty)
        {
            return 0;
        }

        var open = RateKey.Of(_open, client);
        var before = table.Used(open, Held);
        table.TryTake(open, Held, out _);
        return Math.Min(Most, CountOf(client) + StepsOf(before));
    }

    /// <summary>Records that a challenge was solved.</summary>
    internal void Add(ClientKey client)
    {
        if (!client.IsEmpty)
        {
            table.TryTake(RateKey.Of(_solved, client), Solved, out _);
            table.Return(RateKey.Of(_open, client), Held);
        }
    }

    /// <summary>The steps for solved challenges.</summary>
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
