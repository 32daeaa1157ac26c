namespace Bouncer.AspNetCore.Remediations.Captcha.Waiting;

/// <summary>How much one client may wait. Several visitors may share an address, so it is not once. Safe for any number of threads.</summary>
internal sealed class WaitBounds(RateTable table)
{
    /// <summary>So many waits of one client may be under way; one is free again in an eighth of the longest life of a ticket, or
    /// when it is used.</summary>
    internal const int MostOpen = 8;

    /// <summary>So often in an hour a client goes on by waiting.</summary>
    internal const int MostPassed = 8;

    private static readonly Rate Asked = new(PermitLimit: 60, Window: TimeSpan.FromMinutes(1), Burst: 60);
    private static readonly Rate Open = new(PermitLimit: MostOpen, Window: WaitTicket.LongestWait + WaitTicket.Validity, Burst: MostOpen);
    private static readonly Rate Passed = new(PermitLimit: MostPassed, Window: TimeSpan.FromHours(1), Burst: MostPassed);

    private readonly ulong _asked = RateKey.Purpose("wait requests");
    private readonly ulong _open = RateKey.Purpose("waits open");
    private readonly ulong _passed = RateKey.Purpose("waits passed");

    /// <summary>Whether the sender of a request may ask about a wait at all: each ticket that is opened costs something.</summary>
    /// <param name="sender">Who.</param>
    /// <param name="freeIn">If it may not: when it may.</param>
    internal bool MayAsk(ClientKey sender, out TimeSpan freeIn) => TryTake(_asked, sender, Asked, out freeIn);

    /// <summary>Notes that a client begins to wait.</summary>
    /// <param name="client">Who.</param>
    /// <param name="freeIn">If it may not: when it may.</param>
    internal bool TryOpen(ClientKey client, out TimeSpan freeIn) => TryTake(_open, client, Open, out freeIn);

    /// <summary>Notes that a client goes on; <see cref="EndWait"/> or <see cref="TakeBackPass"/> must follow.</summary>
    /// <param name="client">Who.</param>
    /// <param name="freeIn">If it may not: when it may.</param>
    internal bool TryPass(ClientKey client, out TimeSpan freeIn) => TryTake(_passed, client, Passed, out freeIn);

    /// <summary>It goes on: one wait less is under way.</summary>
    internal void EndWait(ClientKey client) => table.Return(RateKey.Of(_open, client), Open);

    /// <summary>It does not go on.</summary>
    internal void TakeBackPass(ClientKey client) => table.Return(RateKey.Of(_passed, client), Passed);

    private bool TryTake(ulong purpose, ClientKey client, Rate rate, out TimeSpan freeIn)
    {
        var isTaken = table.TryTake(RateKey.Of(purpose, client), rate, out var standing);
        freeIn = standing.NextPermit;
        return isTaken;
    }
}
