namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>What sets one captcha service apart from the others that are asked by a call named siteverify. Immutable.</summary>
internal sealed record SiteVerifyService
{
    internal required string Name { get; init; }

    /// <summary>Null if each site has its own.</summary>
    internal Uri? Endpoint { get; init; }

    internal required string Field { get; init; }

    internal Uri? Script { get; init; }

    internal bool IsModule { get; init; }

    /// <summary>The script is told the site key in its address, and asked for a token by the page.</summary>
    internal bool IsInvisible { get; init; }

    internal string ElementName { get; init; } = "div";

    internal string ElementClass { get; init; } = "";

    /// <summary>The element's attribute that tells the widget where its service is; null if it always knows.</summary>
    internal string? AddressAttribute { get; init; }

    /// <summary>Attributes of the element besides.</summary>
    internal IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>What the page's Content-Security-Policy has to allow.</summary>
    internal IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>The key goes into a header and the rest is JSON; otherwise all of it is a form.</summary>
    internal bool TakesApiKey { get; init; }

    /// <summary>The service compares the site key, if told.</summary>
    internal bool TakesSiteKey { get; init; }

    internal bool TakesAddress { get; init; } = true;

    /// <summary>A yes names the site's host and the time of the solution; otherwise it may.</summary>
    internal bool TellsHostAndTime { get; init; }

    internal bool TellsAction { get; init; }

    internal bool TellsScore { get; init; }
}
