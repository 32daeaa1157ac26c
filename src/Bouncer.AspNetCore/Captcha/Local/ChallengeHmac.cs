using System.Security.Cryptography;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>The two signatures of a challenge, computed as by altcha-lib: its secrets are strings, here random bytes in hex, and
/// the second secret derives from the first.</summary>
internal static class ChallengeHmac
{
    internal const int SecretLength = 32;
    internal const int Length = HMACSHA256.HashSizeInBytes;

    internal static void SignParameters(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> parameters, Span<byte> signature)
    {
        Span<byte> text = stackalloc byte[2 * SecretLength];
        WriteHex(secret, text);
        HMACSHA256.HashData(text, parameters, signature);
    }

    internal static void SignKey(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> key, Span<byte> signature)
    {
        Span<byte> text = stackalloc byte[2 * SecretLength];
        WriteHex(secret, text);
        Span<byte> derived = stackalloc byte[Length];
        HMACSHA256.HashData("derived-secret"u8, text, derived);
        WriteHex(derived, text);
        HMACSHA256.HashData(text, key, signature);
    }

    private static void WriteHex(ReadOnlySpan<byte> bytes, Span<byte> text) => Convert.TryToHexStringLower(bytes, text, out _);
}
