using System.Buffers.Binary;
using Bouncer.AspNetCore.Captcha.Local;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Remembers used tickets: in the application's own store if it has one, or else in a table separate from that of
/// solutions. A wait costs a client nothing, so it must not use up the room for solutions, which do. Thread-safe.</summary>
internal sealed class SpentWaits(IChallengeReplayStore challenges, TimeProvider time, ILogger<SpentWaits> logger)
{
    /// <summary>Enough for 700 networks that continue by waiting as often as <see cref="WaitBounds"/> allows.</summary>
    internal const int Capacity = 65_536;

    private readonly IChallengeReplayStore _store = challenges is ChallengeReplayStore ? new ChallengeReplayStore(time, logger, Capacity) : challenges;

    /// <summary>Adds a ticket if it is not present, atomically.</summary>
    internal ValueTask<bool> TryAddAsync(in WaitTicket ticket, CancellationToken cancellationToken)
    {
        var id = new byte[WaitTicket.IdLength];
        BinaryPrimitives.WriteUInt128BigEndian(id, ticket.Id);
        return _store.TryAddAsync(id, ticket.EndsAt, cancellationToken);
    }
}
