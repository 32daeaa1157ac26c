using System.Buffers.Binary;
using Bouncer.AspNetCore.Clearance;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The client to which a page was shown, and why: a solution's clearance is for that client, regardless of the address
/// from which the solution comes.</summary>
/// <param name="Client">The client.</param>
/// <param name="Place">The host and the policy.</param>
/// <param name="IssuedAt">When it was issued, in milliseconds since 1970.</param>
/// <param name="DecisionId">The decision that caused it; zero for none.</param>
/// <param name="DecisionEndsAt">When the decision ends, in milliseconds since 1970.</param>
internal readonly record struct Referral(ClientKey Client, UInt128 Place, long IssuedAt, long DecisionId, long DecisionEndsAt)
{
    private const byte Version = 1;
    private const int PlaceAt = 1 + ClientKey.Length;
    private const int NumbersAt = PlaceAt + 16;

    internal const int Length = NumbersAt + (3 * sizeof(long));

    /// <summary>The holder of the clearance that it leads to.</summary>
    internal ClearanceHolder Holder => new(Client, DecisionId, DateTimeOffset.FromUnixTimeMilliseconds(DecisionEndsAt));

    internal byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Write(bytes);
        return bytes;
    }

    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    internal void Write(Span<byte> bytes)
    {
        bytes[0] = Version;
        Client.TryWriteBytes(bytes[1..]);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[PlaceAt..], Place);
        BinaryPrimitives.WriteInt64BigEndian(bytes[NumbersAt..], IssuedAt);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(NumbersAt + 8)..], DecisionId);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(NumbersAt + 16)..], DecisionEndsAt);
    }

    internal static Referral? Read(ReadOnlySpan<byte> bytes) => bytes.Length != Length || bytes[0] != Version ? null : new Referral(
        ClientKey.Read(bytes[1..]),
        BinaryPrimitives.ReadUInt128BigEndian(bytes[PlaceAt..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[NumbersAt..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[(NumbersAt + 8)..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[(NumbersAt + 16)..]));
}
