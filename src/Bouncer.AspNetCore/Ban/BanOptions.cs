using System.ComponentModel.DataAnnotations;

namespace Bouncer.AspNetCore;

/// <summary>How a banned client is answered; section <c>Bouncer:Http:Ban</c>.</summary>
public sealed class BanOptions
{
    /// <summary>The status of the answer.</summary>
    /// <value>The default is 403; one of 403, 404, 410, 429, 451.</value>
    [AllowedValues(403, 404, 410, 429, 451)]
    public int StatusCode { get; set; } = 403;

    /// <summary>A UTF-8 HTML file shown instead of the built-in page, relative to the content root. <c>{{reference}}</c> in it
    /// becomes the request's reference, and <c>{{siteName}}</c>, <c>{{contactUrl}}</c>, <c>{{contactEmail}}</c> and
    /// <c>{{privacyUrl}}</c> what <see cref="SiteOptions"/> says, all HTML-encoded. Its <c>style</c> elements are allowed to apply, scripts and foreign
    /// assets are not.</summary>
    /// <value>When null: the built-in page. A file that cannot be read, or is larger than 256 KiB, stops the start.</value>
    public string? Template { get; set; }

    /// <summary>Whether a ban ends what its client has open when it arrives: WebSockets, event streams, downloads, uploads, and
    /// every other request the bouncer let through that is not answered yet. The connection is aborted; of an HTTP/2 or 3
    /// connection, only the client's streams.</summary>
    /// <remarks>Turned on by a reload, it counts for requests that begin after that.</remarks>
    /// <value>The default is true.</value>
    public bool EndOpenConnections { get; set; } = true;
}
