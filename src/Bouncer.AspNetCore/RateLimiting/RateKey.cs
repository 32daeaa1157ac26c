using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>Computes the keys of <see cref="GcraRateLimiter"/>: SipHash-2-4 with a secret of this process, so that an attacker
/// cannot choose addresses that share another client's account.</summary>
internal static class RateKey
{
    private static readonly (ulong First, ulong Second) Secret = NewSecret();

    /// <summary>Gets the key of a client for one purpose.</summary>
    /// <param name="purpose">From <see cref="Purpose"/>.</param>
    /// <param name="client">The client; all without an address count as one.</param>
    internal static ulong Of(ulong purpose, ClientKey client)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong) + ClientKey.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, purpose);
        client.TryWriteBytes(bytes[sizeof(ulong)..]);
        return Of(bytes);
    }

    /// <summary>Gets a value that separates the clients of one use of the table from those of others.</summary>
    internal static ulong Purpose(string name) => Of(Encoding.UTF8.GetBytes(name));

    internal static ulong Of(ReadOnlySpan<byte> bytes) => Of(bytes, Secret.First, Secret.Second);

    internal static ulong Of(ReadOnlySpan<byte> bytes, ulong first, ulong second)
    {
        var state = new State(
            first ^ 0x736f6d6570736575, second ^ 0x646f72616e646f6d, first ^ 0x6c7967656e657261, second ^ 0x7465646279746573);
        var last = (ulong)bytes.Length << 56;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            state.Take(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        for (var at = 0; at < bytes.Length; at++)
        {
            last |= (ulong)bytes[at] << (8 * at);
        }

        state.Take(last);
        return state.Finish();
    }

    private static (ulong First, ulong Second) NewSecret()
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return (BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[sizeof(ulong)..]));
    }

    private struct State(ulong v0, ulong v1, ulong v2, ulong v3)
    {
        internal void Take(ulong word)
        {
            v3 ^= word;
            Round();
            Round();
            v0 ^= word;
        }

        internal ulong Finish()
        {
            v2 ^= 0xff;
            Round();
            Round();
            Round();
            Round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void Round()
        {
            v0 += v1;
            v2 += v3;
            v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
            v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
            v0 = BitOperations.RotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
            v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
            v2 = BitOperations.RotateLeft(v2, 32);
        }
    }
}
