namespace Bouncer.AspNetCore;

/// <summary>What the page needs to show a provider's captcha. Immutable.</summary>
public sealed record CaptchaWidget
{
    /// <summary>The form field in which the solution comes.</summary>
    public required string Field { get; init; }

    /// <summary>The script that shows the captcha; null for the page's own, which solves what
    /// <see cref="ICaptchaProvider.ChallengeAsync"/> sets.</summary>
    public Uri? Script { get; init; }

    /// <summary>The class of the element that the script looks for.</summary>
    public string ElementClass { get; init; } = "";

    /// <summary>Attributes of that element: the site key, say. Encoded when written.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Origins from which the widget loads scripts, frames and styles and to which it connects; allowed by the page's
    /// Content-Security-Policy, which allows nothing else.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];
}
