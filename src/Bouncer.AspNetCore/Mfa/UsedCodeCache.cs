using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Bouncer.AspNetCore.RateLimiting;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Remembers used codes for longer than any verifier accepts them.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class UsedCodeCache(TimeProvider time)
{
    /// <summary>Identity accepts a code from 90 s before its step to 90 s after it; the rest allows for clock
    /// corrections.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromSeconds(300);

    /// <summary>About 9 MB, for more than 700 codes a second. When full, codes are refused rather than forgotten.</summary>
    private const int Most = 1 << 18;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ExpiringSet _used = new(Most);
    private readonly long _start = time.GetTimestamp();

    // Not the wall clock: while it is set back, no code could be used.
    private DateTimeOffset Now => DateTimeOffset.UnixEpoch + time.GetElapsedTime(_start);

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

    internal bool Contains(UInt128 code) => _used.Contains(code, Now);

    /// <summary>Remembers a code; false if it is known already, or there is no room.</summary>
    internal bool TryAdd(UInt128 code) => !Contains(code) && _used.TryAdd(code, Now + Memory, Now);
}
