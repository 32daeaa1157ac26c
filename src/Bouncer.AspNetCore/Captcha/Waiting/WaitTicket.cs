using System.Buffers.Binary;
using System.Globalization;
using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Says since when a client has been waiting, and for what.</summary>
/// <param name="Id">Random, so that a wait counts once.</param>
/// <param name="Referral">Who, where, since when and in spite of which decision.</param>
/// <param name="Wait">How long clients had to wait when it was made.</param>
internal readonly record struct WaitTicket(UInt128 Id, Referral Referral, TimeSpan Wait)
{
    internal const int IdLength = 16;

    /// <summary>No site may ask for more.</summary>
    internal static readonly TimeSpan LongestWait = TimeSpan.Parse(CaptchaOptions.LongestWait, CultureInfo.InvariantCulture);

    /// <summary>For how long a ticket is good once the wait is over.</summary>
    internal static readonly TimeSpan Validity = TimeSpan.Parse(CaptchaOptions.LongestWait, CultureInfo.InvariantCulture);

    private const byte Version = 1;
    private const int ReferralAt = 1 + IdLength;
    private const int WaitAt = ReferralAt + Referral.Length;
    private const int Length = WaitAt + sizeof(long);

    /// <summary>When the wait began.</summary>
    internal DateTimeOffset Since => DateTimeOffset.FromUnixTimeMilliseconds(Referral.IssuedAt);

    /// <summary>When the ticket ends, whatever is changed in the settings: from then on it need not be remembered.</summary>
    /// <remarks>No wait is longer than the validity, so there is time left after a longer one too.</remarks>
    internal DateTimeOffset EndsAt => Since + Wait + Validity;

    /// <summary>When the ticket does not even say any more who waits.</summary>
    internal DateTimeOffset NamesClientUntil => Since + LongestWait + Validity;

    /// <summary>Whether it is good, where so long a wait is asked for.</summary>
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
