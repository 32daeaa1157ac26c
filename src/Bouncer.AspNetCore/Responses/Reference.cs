using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>What a refused visitor can quote, also by phone, and an operator can find in logs and traces: eight characters that
/// look and sound different and spell no word. The same for each call about one request.</summary>
internal static class Reference
{
    private const string Alphabet = "23456789BCDFGHJKMNPQRSTVWXYZ";
    private const int Length = 8;
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    // Servers number their requests alike: without it, replicas would give out the same references.
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

    /// <summary>FNV-1a, with a last step that spreads every bit over all others.</summary>
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
