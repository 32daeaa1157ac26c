namespace Bouncer.AspNetCore.Responses;

/// <summary>A header's name in all its spellings: servers that pass headers to an application as variables (CGI, WSGI, PHP) map
/// '-', '_', '.' and others to the same character.</summary>
internal sealed class HeaderSpelling(string name)
{
    private readonly string _letters = string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    /// <summary>Whether a name has the same letters and digits.</summary>
    internal bool IsSpelling(string other)
    {
        var at = 0;
        foreach (var character in other)
        {
            if (!char.IsAsciiLetterOrDigit(character))
            {
                continue;
            }

            if (at == _letters.Length || char.ToLowerInvariant(character) != _letters[at++])
            {
                return false;
            }
        }

        return at == _letters.Length;
    }

    /// <summary>Whether a name is a spelling other than the correct one.</summary>
    internal bool IsLookAlike(string other) => IsSpelling(other) && !other.Equals(name, StringComparison.OrdinalIgnoreCase);
}
