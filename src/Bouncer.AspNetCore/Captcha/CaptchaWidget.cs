using System.Buffers;

namespace Bouncer.AspNetCore;

/// <summary>The data that the page needs to show a provider's captcha. Immutable.</summary>
public sealed record CaptchaWidget
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The form field that receives the solution. The page sends the form as soon as the script has set it to a value
    /// that does not begin with a dot; some scripts use such values to report progress.</summary>
    public required string Field { get; init; }

    /// <summary>The script that shows the captcha; null for the page's own, which solves the challenges of
    /// <see cref="ICaptchaProvider.ChallengeAsync"/>.</summary>
    public Uri? Script { get; init; }

    /// <summary>Whether the script is a JavaScript module.</summary>
    public bool IsModule { get; init; }

    /// <summary>Whether the script shows nothing and the page gets the solution by <c>grecaptcha.execute(siteKey, { action })</c>,
    /// as with reCAPTCHA v3. The site key is the attribute <c>data-sitekey</c>.</summary>
    public bool IsInvisible { get; init; }

    /// <summary>The name of the element that the script looks for, for example a custom element.</summary>
    /// <value>The default is <c>div</c>; a lower-case letter, followed by lower-case letters, digits and hyphens.</value>
    /// <exception cref="ArgumentException">The value is not such a name.</exception>
    public string ElementName
    {
        get;
        init => field = IsElementName(value) ? value : throw new ArgumentException($"'{value}' is not a valid element name.", nameof(value));
    } = "div";

    /// <summary>The class of that element.</summary>
    public string ElementClass { get; init; } = "";

    /// <summary>Attributes of that element, for example the site key. Encoded when written. The page adds <c>data-action</c>,
    /// which is <see cref="CaptchaContext.Action"/>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Origins from which the widget loads scripts, frames and styles and to which it connects. The page's
    /// Content-Security-Policy allows these and no others.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    internal static bool IsElementName(string name) => name is [>= 'a' and <= 'z', ..] && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}
