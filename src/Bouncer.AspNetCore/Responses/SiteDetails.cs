namespace Bouncer.AspNetCore.Responses;

/// <summary>What the pages tell of the site. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ContactUrl">Where a visitor reaches the operator: a URL, or a path of the site.</param>
/// <param name="ContactEmail">The operator's address, which needs no encoding in a URL.</param>
/// <param name="PrivacyUrl">The privacy notice: a URL, or a path of the site.</param>
internal sealed record SiteDetails(string? Name, string? ContactUrl, string? ContactEmail, string? PrivacyUrl)
{
    internal bool HasContact => ContactUrl is not null || ContactEmail is not null;

    /// <summary>What stands at a place that is named after one of these, encoded for HTML; empty if it is not set. Null if the
    /// name is none of them.</summary>
    internal string? Find(string name) => name switch
    {
        "siteName" => Encode(Name),
        "contactUrl" => Encode(ContactUrl),
        "contactEmail" => Encode(ContactEmail),
        "privacyUrl" => Encode(PrivacyUrl),
        _ => null,
    };

    // Braces too: these are no texts, which may have values in them.
    private static string Encode(string? value) => PageLanguage.Encode(value ?? "").Replace("{", "&#x7B;", StringComparison.Ordinal);
}
