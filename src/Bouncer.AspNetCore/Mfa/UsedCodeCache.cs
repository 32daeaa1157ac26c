using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Remembers which codes were used, for longer than any verifier accepts them.</summary>
/// <remarks>Not safe for several threads.</remarks>
internal sealed class UsedCodeCache(TimeProvider time)
{
    /// <summary>Identity accepts a code from 90 s before its step to 90 s after it; and some for clocks that are corrected.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(300);

    /// <summary>Some 9 MB: more than 800 codes a second. Beyond that codes are refused rather than forgotten.</summary>
    private const int Most = 1 << 18;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly HashSet<UInt128> _used = [];
    private readonly Queue<(long At, UInt128 Code)> _order = new();

    /// <summary>What is remembered of a code. Verifiers read it as a number and so take it with signs, blanks and more zeros before
    /// it: one code must not become several by that.</summary>
    /// <returns>Null if nothing of it could be a code.</returns>
    internal UInt128? DigestOf(string user, string code)
    {
        var plain = string.Concat(code.Where(char.IsAsciiLetterOrDigit));
        if (plain.Length == 0)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{plain.TrimStart('0').ToUpperInvariant()}\0{user}"), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    internal bool Contains(UInt128 code)
    {
        Forget();
        return _used.Contains(code);
    }

    /// <summary>Remembers a code; false if it is known already, or there is no room.</summary>
    internal bool TryAdd(UInt128 code)
    {
        Forget();
        if (_used.Count >= Most || !_used.Add(code))
        {
            return false;
        }

        _order.Enqueue((time.GetTimestamp(), code));
        return true;
    }

    private void Forget()
    {
        while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) >= Memory)
        {
            _order.Dequeue();
            _used.Remove(oldest.Code);
        }
    }
}
