using Microsoft.Extensions.DependencyInjection;
using Bouncer.AspNetCore.RateLimiting;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Limits how often one client may wait, and all clients of its network (an IPv4 /24, an IPv6 /48): a wait costs
/// nothing, and the owner of a /48 has 65,536 clients. Several visitors may share an address, so the limit is not one.
/// Thread-safe.</summary>
internal sealed class WaitBounds([FromKeyedServices(GcraRateLimiter.OfChallenges)] GcraRateLimiter table)
{
    /// <summary>The number of one client's waits that may be in progress; one is freed every eighth of a ticket's longest
    /// lifetime, or when its ticket is used.</summary>
    internal const int MostOpen = 8;

    /// <summary>How often per hour a client may continue by waiting.</summary>
    internal const int MostPassed = 8;

    /// <summary>A network may wait as often as this number of clients.</summary>
    internal const int MostClients = 8;

    private static readonly Rate Asked = new(PermitLimit: 60, Window: TimeSpan.FromMinutes(1), Burst: 60);

    private readonly ulong _asked = RateKey.Purpose("wait requests");
    private readonly Bound _open = new(table, "waits open", MostOpen, WaitTicket.LongestWait + WaitTicket.Validity);
    private readonly Bound _passed = new(table, "waits passed", MostPassed, TimeSpan.FromHours(1));

    /// <summary>Whether the sender of a request may present a ticket at all: opening one costs something.</summary>
    /// <param name="sender">The client.</param>
    /// <param name="freeIn">If it may not, the time until it may.</param>
    internal bool MayAsk(ClientKey sender, out TimeSpan freeIn)
    {
        var isTaken = table.TryTake(RateKey.Of(_asked, sender), Asked, out var standing);
        freeIn = standing.NextPermit;
        return isTaken;
    }

    /// <summary>Records that a client begins to wait.</summary>
    /// <param name="client">The client.</param>
    /// <param name="freeIn">If it may not, the time until it may.</param>
    internal bool TryOpen(ClientKey client, out TimeSpan freeIn) => _open.TryTake(client, out freeIn);

    /// <summary>Records that a client continues; <see cref="EndWait"/> or <see cref="TakeBackPass"/> must follow.</summary>
    /// <param name="client">The client.</param>
    /// <param name="freeIn">If it may not, the time until it may.</param>
    internal bool TryPass(ClientKey client, out TimeSpan freeIn) => _passed.TryTake(client, out freeIn);

    /// <summary>Records that the client continues and one wait less is in progress.</summary>
    internal void EndWait(ClientKey client) => _open.Return(client);

    /// <summary>Takes back a pass: the client does not continue.</summary>
    internal void TakeBackPass(ClientKey client) => _passed.Return(client);

    /// <summary>The rate of a client, and a higher one for its network.</summary>
    private sealed class Bound(GcraRateLimiter table, string purpose, int most, TimeSpan window)
    {
        private readonly Rate _ofClient = new(most, window, most);
        private readonly Rate _ofNetwork = new(most * MostClients, window, most * MostClients);
        private readonly ulong _clients = RateKey.Purpose(purpose);
        private readonly ulong _networks = RateKey.Purpose(purpose + " in a network");

        /// <remarks>A client at its own limit does not count against its network.</remarks>
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
