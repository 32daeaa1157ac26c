using System.Buffers.Binary;
using Bouncer.AspNetCore.Captcha.Local;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Remembers which tickets were used: in the application's own store if it has one, and else in a table that solutions
/// do not share. A wait costs a client nothing, so it must not use up the room for what does. Safe for any number of threads.</summary>
internal sealed class SpentWaits(IChallengeReplayStore challenges, TimeProvider time, ILogger<SpentWaits> logger)
{
    /// <summary>Enough for 700 networks that go on by waiting as often as <see cref="WaitBounds"/> lets them.</summary>
    internal const int Capacity = 65_536;

    private readonly IChallengeReplayStore _store = challenges is ChallengeReplayStore ? new ChallengeReplayStore(time, logger, Capacity) : challenges;

    /// <summary>Adds a ticket, in one step with the look whether it is there.</summary>
    internal ValueTask<bool> TryAddAsync(in WaitTicket ticket, CancellationToken cancellationToken)
    {
        var id = new byte[WaitTicket.IdLength];
        BinaryPrimitives.WriteUInt128BigEndian(id, ticket.Id);
        return _store.TryAddAsync(id, ticket.EndsAt, cancellationToken);
    }
}
