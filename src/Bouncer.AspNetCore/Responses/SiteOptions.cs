namespace Bouncer.AspNetCore;

/// <summary>The details of the site that the pages for refused visitors show; section <c>Bouncer:Http:Site</c>.</summary>
public sealed class SiteOptions
{
    /// <summary>The name of the site, shown above the heading and in the title.</summary>
    /// <value>When null: no name. Up to 100 characters, no control characters.</value>
    public string? Name { get; set; }

    /// <summary>A page on which a visitor can contact the operator.</summary>
    /// <value>When null: no link. An absolute http or https URL without a user name, or a path of the site that begins with one
    /// slash; up to 2,000 visible ASCII characters. Exempt a page of the same site from the bouncer; otherwise a banned visitor
    /// cannot open it.</value>
    public string? ContactUrl { get; set; }

    /// <summary>The operator's e-mail address. The subject of the link contains the request's reference.</summary>
    /// <value>When null: no address. One plain address, such as <c>help@example.org</c>, with ASCII letters, digits and <c>. _ +
    /// -</c> before the @; up to 254 characters.</value>
    public string? ContactEmail { get; set; }

    /// <summary>The page with the privacy notice.</summary>
    /// <value>When null: no link. As <see cref="ContactUrl"/>.</value>
    public string? PrivacyUrl { get; set; }
}
