using System.ComponentModel.DataAnnotations;

namespace Bouncer.AspNetCore;

/// <summary>The response to a banned client; section <c>Bouncer:Http:Ban</c>.</summary>
public sealed class BanOptions
{
    /// <summary>The status of the response.</summary>
    /// <value>The default is 403; one of 403, 404, 410, 429, 451.</value>
    [AllowedValues(403, 404, 410, 429, 451)]
    public int StatusCode { get; set; } = 403;

    /// <summary>A UTF-8 HTML file shown instead of the built-in page, relative to the content root. In it, <c>{{reference}}</c> is
    /// replaced by the request's reference, and <c>{{siteName}}</c>, <c>{{contactUrl}}</c>, <c>{{contactEmail}}</c> and
    /// <c>{{privacyUrl}}</c> by the values of <see cref="SiteOptions"/>, all HTML-encoded. Its <c>style</c> elements apply; scripts
    /// and resources from other hosts are blocked.</summary>
    /// <value>When null: the built-in page. A file that cannot be read, or is larger than 256 KiB, prevents the start.</value>
    public string? Template { get; set; }

    /// <summary>Whether a new ban ends the client's open requests: WebSockets, event streams, downloads, uploads, and every other
    /// request that the bouncer let through and that is not complete. The connection is aborted; on HTTP/2 and HTTP/3, only the
    /// client's streams.</summary>
    /// <remarks>If a reload turns it on, it applies to requests that begin after that.</remarks>
    /// <value>The default is true.</value>
    public bool EndOpenConnections { get; set; } = true;
}
