using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Remembers used codes for longer than any verifier accepts them.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class UsedCodeCache(TimeProvider time)
{
    /// <summary>Identity accepts a code from 90 s before its step to 90 s after it; the rest allows for clock
    /// corrections.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(300);

    /// <summary>About 9 MB, for more than 800 codes a second. When full, codes are refused rather than forgotten.</summary>
    private const int Most = 1 << 18;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly HashSet<UInt128> _used = [];
    private readonly Queue<(long At, UInt128 Code)> _order = new();

    /// <summary>The digest by which a code is remembered. Verifiers parse a code as a number and so accept signs, white space and
    /// leading zeros, which must not make several codes of one.</summary>
    /// <returns>Null if the text cannot be a code.</returns>
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
