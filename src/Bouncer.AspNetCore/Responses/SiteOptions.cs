namespace Bouncer.AspNetCore;

/// <summary>What the pages for refused visitors tell of the site; section <c>Bouncer:Http:Site</c>.</summary>
public sealed class SiteOptions
{
    /// <summary>The name of the site, shown above the heading and in the title.</summary>
    /// <value>When null: no name. Up to 100 characters, no control characters.</value>
    public string? Name { get; set; }

    /// <summary>A page on which a visitor reaches the operator.</summary>
    /// <value>When null: no link. An absolute URL of http or https without user, or a path of the site that begins with one slash; up to
    /// 2,000 visible ASCII characters. A page of the same site must be exempt from the bouncer, or a banned visitor cannot open
    /// it.</value>
    public string? ContactUrl { get; set; }

    /// <summary>The operator's e-mail address. The link to it puts the request's reference into the subject.</summary>
    /// <value>When null: no address. One plain address, such as <c>help@example.org</c>, with ASCII letters, digits and
    /// <c>. _ + -</c> before the @; up to 254 characters.</value>
    public string? ContactEmail { get; set; }

    /// <summary>The privacy notice.</summary>
    /// <value>When null: no link. As <see cref="ContactUrl"/>.</value>
    public string? PrivacyUrl { get; set; }
}
