namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>The properties in which a captcha service differs from the others with a siteverify call. Immutable.</summary>
internal sealed record SiteVerifyService
{
    internal required string Name { get; init; }

    /// <summary>The address of the call; null if each site has its own.</summary>
    internal Uri? Endpoint { get; init; }

    internal required string Field { get; init; }

    internal Uri? Script { get; init; }

    internal bool IsModule { get; init; }

    /// <summary>Whether the script gets the site key in its address, and the page asks it for a token.</summary>
    internal bool IsInvisible { get; init; }

    internal string ElementName { get; init; } = "div";

    internal string ElementClass { get; init; } = "";

    /// <summary>The element's attribute that tells the widget where its service is; null if the widget always knows.</summary>
    internal string? AddressAttribute { get; init; }

    /// <summary>Further attributes of the element.</summary>
    internal IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>The origins that the page's Content-Security-Policy has to allow.</summary>
    internal IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Whether the key is sent in a header and the rest as JSON; otherwise all of it is a form.</summary>
    internal bool TakesApiKey { get; init; }

    /// <summary>Whether the service compares the site key if it is sent.</summary>
    internal bool TakesSiteKey { get; init; }

    internal bool TakesAddress { get; init; } = true;

    /// <summary>Whether a positive answer always contains the site's host and the time of the solution; otherwise it
    /// may.</summary>
    internal bool TellsHostAndTime { get; init; }

    internal bool TellsAction { get; init; }

    internal bool TellsScore { get; init; }
}
