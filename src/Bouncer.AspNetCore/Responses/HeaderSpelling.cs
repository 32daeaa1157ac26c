namespace Bouncer.AspNetCore.Responses;

/// <summary>A header's name in all its spellings: servers that hand headers to an application as variables (CGI, WSGI, PHP) make
/// one character of '-', '_', '.' and others.</summary>
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

    /// <summary>Whether a name is another spelling than the proper one.</summary>
    internal bool IsLookAlike(string other) => IsSpelling(other) && !other.Equals(name, StringComparison.OrdinalIgnoreCase);
}
