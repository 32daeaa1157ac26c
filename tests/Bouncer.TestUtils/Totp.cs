using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Bouncer.TestUtils;

/// <summary>The codes an authenticator app shows (RFC 6238: SHA-1, 30 s, six digits).</summary>
public static class Totp
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The code of a moment.</summary>
    public static string Compute(byte[] secret, DateTimeOffset at)
    {
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, at.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // The algorithm that RFC 6238 and every authenticator app use.
        var hash = HMACSHA1.HashData(secret, step);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a secret as it is shown to people: base32, blanks between groups.</summary>
    public static byte[] ReadSecret(string text)
    {
        List<byte> bytes = [];
        var (bits, count) = (0, 0);
        foreach (var letter in text.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit))
        {
            bits = (bits << 5) | Base32.IndexOf(letter, StringComparison.Ordinal);
            count += 5;
            if (count >= 8)
            {
                count -= 8;
                bytes.Add((byte)(bits >> count));
                bits &= (1 << count) - 1;
            }
        }

        return [.. bytes];
    }
}
