using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Clearance;

/// <summary>The content of a clearance, in a form of fixed length. It contains no address and no name, only digests for
/// comparison.</summary>
/// <param name="Level">The level that was proved.</param>
/// <param name="Holder">The digest of the client and the host.</param>
/// <param name="User">The signed-in user; zero if there was none.</param>
/// <param name="Task">The task that the client solved; zero if there is only one way to this level.</param>
/// <param name="IssuedAt">When it was granted, in milliseconds since 1970.</param>
/// <param name="ExpiresAt">When it ends, in milliseconds since 1970.</param>
/// <param name="DecisionId">The decision for which it was granted.</param>
internal readonly record struct ClearanceTicket(
    ClearanceLevel Level, UInt128 Holder, UInt128 User, UInt128 Task, long IssuedAt, long ExpiresAt, long DecisionId)
{
    internal const int Length = 74;

    private const byte Version = 1;

    /// <summary>The digest of a client on a host: a ticket is worthless for another client or host.</summary>
    internal static UInt128 HolderOf(ClientKey client, string host)
    {
        var text = host.ToLowerInvariant();
        Span<byte> buffer = stackalloc byte[ClientKey.Length + 256];
        var size = ClientKey.Length + Encoding.UTF8.GetByteCount(text);
        var bytes = size <= buffer.Length ? buffer[..size] : new byte[size];
        client.TryWriteBytes(bytes);
        Encoding.UTF8.GetBytes(text, bytes[ClientKey.Length..]);
        return Digest(bytes);
    }

    /// <summary>The digest of a user's or task's name; zero for null.</summary>
    internal static UInt128 DigestOf(string? text) => text is null ? default : Digest(Encoding.UTF8.GetBytes(text));

    internal byte[] ToBytes()
    {
        var bytes = new byte[Length];
        bytes[0] = Version;
        bytes[1] = (byte)Level;
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(2), Holder);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(18), User);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(34), Task);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(50), IssuedAt);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(58), ExpiresAt);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(66), DecisionId);
        return bytes;
    }

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ClearanceTicket ticket)
    {
        if (bytes.Length != Length || bytes[0] != Version)
        {
            ticket = default;
            return false;
        }

        ticket = new ClearanceTicket(
            (ClearanceLevel)bytes[1],
            BinaryPrimitives.ReadUInt128BigEndian(bytes[2..]),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[18..]),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[34..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[50..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[58..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[66..]));
        return true;
    }

    private static UInt128 Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
