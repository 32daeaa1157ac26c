using System.Buffers.Binary;
using System.Globalization;
using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Records since when a client has been waiting, and for what.</summary>
/// <param name="Id">A random id, so that a wait counts once.</param>
/// <param name="Referral">The client, the host and policy, the start of the wait, and the decision.</param>
/// <param name="Wait">How long clients had to wait when it was issued.</param>
internal readonly record struct WaitTicket(UInt128 Id, Referral Referral, TimeSpan Wait)
{
    internal const int IdLength = 16;

    /// <summary>The longest wait that a site may require.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.Parse(CaptchaOptions.LongestWait, CultureInfo.InvariantCulture);

    /// <summary>How long a ticket is valid once the wait is over.</summary>
    internal static readonly TimeSpan Validity = TimeSpan.Parse(CaptchaOptions.LongestWait, CultureInfo.InvariantCulture);

    private const byte Version = 1;
    private const int ReferralAt = 1 + IdLength;
    private const int WaitAt = ReferralAt + Referral.Length;
    private const int Length = WaitAt + sizeof(long);

    /// <summary>When the wait began.</summary>
    internal DateTimeOffset Since => DateTimeOffset.FromUnixTimeMilliseconds(Referral.IssuedAt);

    /// <summary>When the ticket expires, regardless of changed settings. It need not be remembered after that.</summary>
    /// <remarks>No wait is longer than the validity, so a longer wait leaves time as well.</remarks>
    internal DateTimeOffset EndsAt => Since + Wait + Validity;

    /// <summary>When the ticket no longer identifies its client either.</summary>
    internal DateTimeOffset NamesClientUntil => Since + LongestWait + Validity;

    /// <summary>Whether it can be redeemed, given the wait that is required.</summary>
    internal bool IsReady(DateTimeOffset now, TimeSpan wait) => now >= Since + wait && now < EndsAt;

    internal byte[] ToBytes()
    {
        var bytes = new byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(1), Id);
        Referral.Write(bytes.AsSpan(ReferralAt));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(WaitAt), Wait.Ticks);
        return bytes;
    }

    internal static WaitTicket? Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length && bytes[0] == Version && Referral.Read(bytes[ReferralAt..WaitAt]) is { } referral
            ? new WaitTicket(BinaryPrimitives.ReadUInt128BigEndian(bytes[1..]), referral, TimeSpan.FromTicks(BinaryPrimitives.ReadInt64BigEndian(bytes[WaitAt..])))
            : null;
}
