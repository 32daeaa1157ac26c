using System.Buffers;

namespace Bouncer.AspNetCore;

/// <summary>What the page needs to show a provider's captcha. Immutable.</summary>
public sealed record CaptchaWidget
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The form field in which the solution comes. The page sends the form as soon as the script has put something
    /// into it that does not begin with a dot, which is how some tell where they stand.</summary>
    public required string Field { get; init; }

    /// <summary>The script that shows the captcha; null for the page's own, which solves what
    /// <see cref="ICaptchaProvider.ChallengeAsync"/> sets.</summary>
    public Uri? Script { get; init; }

    /// <summary>Whether the script is a JavaScript module.</summary>
    public bool IsModule { get; init; }

    /// <summary>Whether the script shows nothing and is asked for the solution by <c>grecaptcha.execute(siteKey, { action })</c>,
    /// as reCAPTCHA v3 is. The site key is the attribute <c>data-sitekey</c>.</summary>
    public bool IsInvisible { get; init; }

    /// <summary>The name of the element that the script looks for; a custom one, say.</summary>
    /// <value>The default is <c>div</c>; a lower-case letter, then such letters, digits and hyphens.</value>
    /// <exception cref="ArgumentException">It is no such name.</exception>
    public string ElementName
    {
        get;
        init => field = IsElementName(value) ? value : throw new ArgumentException($"'{value}' is no name of an element.", nameof(value));
    } = "div";

    /// <summary>The class of that element.</summary>
    public string ElementClass { get; init; } = "";

    /// <summary>Attributes of that element: the site key, say. Encoded when written. The page adds <c>data-action</c>, which is
    /// <see cref="CaptchaContext.Action"/>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Origins from which the widget loads scripts, frames and styles and to which it connects; allowed by the page's
    /// Content-Security-Policy, which allows nothing else.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    internal static bool IsElementName(string name) => name is [>= 'a' and <= 'z', ..] && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}
