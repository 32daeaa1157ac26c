using System.Text;

namespace Bouncer.Lapi.Wire;

/// <summary>The id of a decision that was sent without one: negative, and the same for the same scope, type and value, by which
/// such a LAPI would have to delete it. CrowdSec always sends ids, starting at 1.</summary>
internal static class SubstituteId
{
    internal static long Of(string scope, string type, ReadOnlySpan<byte> value)
    {
        // The lengths show where one text ends and the next begins.
        Span<char> text = stackalloc char[3 + (3 * DecisionFields.MaxLength)];
        (text[0], text[1]) = ((char)scope.Length, (char)type.Length);
        scope.CopyTo(text[2..]);
        type.CopyTo(text[(2 + scope.Length)..]);
        var length = 2 + scope.Length + type.Length;
        length += Encoding.UTF8.GetChars(value, text[length..]);

        // Two seeded hashes of 32 bits of different texts: an attacker who chooses the values must not be able to cause collisions.
        text[length] = '\n';
        var high = (uint)string.GetHashCode(text[..length]);
        var low = (uint)string.GetHashCode(text[..(length + 1)]);
        return long.MinValue | (long)(((ulong)high << 32) | low);
    }
}
