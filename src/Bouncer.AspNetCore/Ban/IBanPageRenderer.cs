using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Writes the HTML page a banned browser is shown. Register your own to replace the built-in one.</summary>
/// <remarks>Status, content type, cache and security headers are set before; a renderer may change them, the
/// Content-Security-Policy for instance, which forbids everything. One instance serves all requests.</remarks>
public interface IBanPageRenderer
{
    /// <summary>Writes the page to the response.</summary>
    /// <param name="context">The request. For HEAD the server drops what is written.</param>
    /// <param name="reference">What the visitor can quote when asking for help; not HTML-encoded.</param>
    ValueTask RenderAsync(HttpContext context, string reference);
}
