namespace Bouncer.AspNetCore.Responses;

/// <summary>The site's details that the pages contain. Immutable.</summary>
/// <param name="Name">The site's name.</param>
/// <param name="ContactUrl">The page on which a visitor can contact the operator: a URL, or a path of the site.</param>
/// <param name="ContactEmail">The operator's email address, which needs no encoding in a URL.</param>
/// <param name="PrivacyUrl">The privacy notice: a URL, or a path of the site.</param>
internal sealed record SiteDetails(string? Name, string? ContactUrl, string? ContactEmail, string? PrivacyUrl)
{
    internal bool HasContact => ContactUrl is not null || ContactEmail is not null;

    /// <summary>The value of the placeholder that is named after a detail, encoded for HTML; empty if it is not set. Null if the
    /// name is not that of a detail.</summary>
    internal string? Find(string name) => name switch
    {
        "siteName" => Encode(Name),
        "contactUrl" => Encode(ContactUrl),
        "contactEmail" => Encode(ContactEmail),
        "privacyUrl" => Encode(PrivacyUrl),
        _ => null,
    };

    // Braces too: unlike texts, details may not contain values.
    private static string Encode(string? value) => PageLanguage.Encode(value ?? "").Replace("{", "&#x7B;", StringComparison.Ordinal);
}
