using System.Buffers;
using System.Buffers.Text;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The form of sealed data in addresses and forms: strict Base64url, without characters that a decoder would skip, as
/// some of it is written back into an address.</summary>
internal static class SealedText
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Whether a text may be sealed data.</summary>
    /// <param name="text">The client's text.</param>
    /// <param name="longest">The maximum number of characters.</param>
    internal static bool IsOne(string text, int longest) =>
        text.Length > 0 && text.Length <= longest && !text.AsSpan().ContainsAnyExcept(Alphabet) && Base64Url.IsValid(text);

    /// <summary>The sealed bytes; null if the text is invalid.</summary>
    /// <param name="text">The client's text.</param>
    /// <param name="longest">The maximum number of characters.</param>
    internal static byte[]? Read(string text, int longest) => IsOne(text, longest) ? Base64Url.DecodeFromChars(text) : null;
}
