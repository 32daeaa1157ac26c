using System.Buffers;
using System.Buffers.Text;

namespace Bouncer.AspNetCore.Requests;

/// <summary>What is sealed, as it stands in addresses and forms: Base64url, and nothing that its reader would skip, for some of it
/// goes back into an address.</summary>
internal static class SealedText
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Whether it may be such a text.</summary>
    /// <param name="text">What a client brought.</param>
    /// <param name="longest">The most characters it may have.</param>
    internal static bool IsOne(string text, int longest) =>
        text.Length > 0 && text.Length <= longest && !text.AsSpan().ContainsAnyExcept(Alphabet) && Base64Url.IsValid(text);

    /// <summary>The sealed bytes; null if it is no such text.</summary>
    /// <param name="text">What a client brought.</param>
    /// <param name="longest">The most characters it may have.</param>
    internal static byte[]? Read(string text, int longest) => IsOne(text, longest) ? Base64Url.DecodeFromChars(text) : null;
}
