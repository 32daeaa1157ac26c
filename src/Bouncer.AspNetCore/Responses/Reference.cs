using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>A reference that a refused visitor can quote, even by phone, and an operator can find in logs and traces: eight
/// characters that look and sound different and do not spell words. The same for each call for one request.</summary>
internal static class Reference
{
    private const string Alphabet = "23456789BCDFGHJKMNPQRSTVWXYZ";
    private const int Length = 8;
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    // Servers number their requests in the same way: without it, replicas would issue the same references.
    private static readonly ulong s_process = (ulong)Random.Shared.NextInt64();

    internal static string Of(HttpContext context)
    {
        var reference = string.Create(Length, Hash(context.TraceIdentifier), static (text, hash) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = Alphabet[(int)(hash % (ulong)Alphabet.Length)];
                hash /= (ulong)Alphabet.Length;
            }
        });
        Activity.Current?.SetTag("bouncer.reference", reference);
        return reference;
    }

    /// <summary>FNV-1a, with a final step that spreads every bit over all others.</summary>
    private static ulong Hash(string text)
    {
        var hash = Offset ^ s_process;
        foreach (var character in text)
        {
            hash = (hash ^ character) * Prime;
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
