using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>A refusal's page that is ready to send, and the policy that allows only its own styles. Immutable.</summary>
internal sealed class RefusalPage(string markup, Page page)
{
    private readonly StringValues _contentSecurityPolicy =
        $"default-src 'none'; style-src {PageFile.HashesOf(markup, "style")}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The names of a refusal's values.</summary>
    internal static string[] Values { get; } = ["reference", "n"];

    /// <summary>Writes the page.</summary>
    /// <param name="http">The request.</param>
    /// <param name="reference">The reference that the visitor can quote; not encoded.</param>
    /// <param name="number">The number of seconds, minutes or hours to wait, if the page contains it.</param>
    internal ValueTask WriteAsync(HttpContext http, string reference, string number = "")
    {
        http.Response.Headers.ContentSecurityPolicy = _contentSecurityPolicy;
        return page.For(http).Body.WriteAsync(http.Response, HtmlEncoder.Default.Encode(reference), number);
    }
}
