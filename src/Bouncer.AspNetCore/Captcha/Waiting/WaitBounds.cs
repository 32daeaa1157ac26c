using Microsoft.Extensions.DependencyInjection;
using Bouncer.AspNetCore.RateLimiting;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>How much one client may wait, and all clients of its network (an IPv4 /24, an IPv6 /48): a wait costs nothing, and who
/// has a /48 has 65,536 clients. Several visitors may share an address, so it is not once. Safe for any number of threads.</summary>
internal sealed class WaitBounds([FromKeyedServices(GcraRateLimiter.OfChallenges)] GcraRateLimiter table)
{
    /// <summary>So many waits of one client may be under way; one is free again in an eighth of the longest life of a ticket, or
    /// when it is used.</summary>
    internal const int MostOpen = 8;

    /// <summary>So often in an hour a client goes on by waiting.</summary>
    internal const int MostPassed = 8;

    /// <summary>A network may do as much as so many clients.</summary>
    internal const int MostClients = 8;

    private static readonly Rate Asked = new(PermitLimit: 60, Window: TimeSpan.FromMinutes(1), Burst: 60);

    private readonly ulong _asked = RateKey.Purpose("wait requests");
    private readonly Bound _open = new(table, "waits open", MostOpen, WaitTicket.LongestWait + WaitTicket.Validity);
    private readonly Bound _passed = new(table, "waits passed", MostPassed, TimeSpan.FromHours(1));

    /// <summary>Whether the sender of a request may ask about a wait at all: each ticket that is opened costs something.</summary>
    /// <param name="sender">Who.</param>
    /// <param name="freeIn">If it may not: when it may.</param>
    internal bool MayAsk(ClientKey sender, out TimeSpan freeIn)
    {
        var isTaken = table.TryTake(RateKey.Of(_asked, sender), Asked, out var standing);
        freeIn = standing.NextPermit;
        return isTaken;
    }

    /// <summary>Notes that a client begins to wait.</summary>
    /// <param name="client">Who.</param>
    /// <param name="freeIn">If it may not: when it may.</param>
    internal bool TryOpen(ClientKey client, out TimeSpan freeIn) => _open.TryTake(client, out freeIn);

    /// <summary>Notes that a client goes on; <see cref="EndWait"/> or <see cref="TakeBackPass"/> must follow.</summary>
    /// <param name="client">Who.</param>
    /// <param name="freeIn">If it may not: when it may.</param>
    internal bool TryPass(ClientKey client, out TimeSpan freeIn) => _passed.TryTake(client, out freeIn);

    /// <summary>It goes on: one wait less is under way.</summary>
    internal void EndWait(ClientKey client) => _open.Return(client);

    /// <summary>It does not go on.</summary>
    internal void TakeBackPass(ClientKey client) => _passed.Return(client);

    /// <summary>A rate of a client, and a higher one of its network.</summary>
    private sealed class Bound(GcraRateLimiter table, string purpose, int most, TimeSpan window)
    {
        private readonly Rate _ofClient = new(most, window, most);
        private readonly Rate _ofNetwork = new(most * MostClients, window, most * MostClients);
        private readonly ulong _clients = RateKey.Purpose(purpose);
        private readonly ulong _networks = RateKey.Purpose(purpose + " in a network");

        /// <remarks>A client at its own bound takes nothing from its network.</remarks>
        internal bool TryTake(ClientKey client, out TimeSpan freeIn)
        {
            var isTaken = table.TryTake(RateKey.Of(_clients, client), _ofClient, out var standing);
            if (isTaken && !table.TryTake(RateKey.Of(_networks, client.Network), _ofNetwork, out standing))
            {
                table.Return(RateKey.Of(_clients, client), _ofClient);
                isTaken = false;
            }

            freeIn = standing.NextPermit;
            return isTaken;
        }

        internal void Return(ClientKey client)
        {
            table.Return(RateKey.Of(_clients, client), _ofClient);
            table.Return(RateKey.Of(_networks, client.Network), _ofNetwork);
        }
    }
}
