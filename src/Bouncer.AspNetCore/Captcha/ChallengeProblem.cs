using System.Buffers;
using System.Text.Json;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Tells a program, or a script of a page, that its user must solve a captcha first, and where: a problem document
/// (RFC 9457) whatever it accepts, never a page.</summary>
internal sealed class ChallengeProblem(IProblemDetailsService? problems = null)
{
    private const string Title = "Forbidden";
    private const string Detail = "The user must first show that these requests are not an attack: open the address of the challenge in a browser.";

    internal async ValueTask WriteAsync(HttpContext http, string link)
    {
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        if (AcceptNegotiation.IsTooLong(http.Request.Headers.Accept) || problems is null || !await problems.TryWriteAsync(Describe(http, link)))
        {
            await WriteByHandAsync(http, link);
        }
    }

    private static ProblemDetailsContext Describe(HttpContext http, string link)
    {
        var problem = new ProblemDetailsContext { HttpContext = http };
        problem.ProblemDetails = new ProblemDetails
        {
            Type = "about:blank",
            Title = Title,
            Status = http.Response.StatusCode,
            Detail = Detail,
            Extensions = { ["challenge"] = link, ["reference"] = Reference.Of(http) },
        };
        return problem;
    }

    private static async ValueTask WriteByHandAsync(HttpContext http, string link)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", Title);
            json.WriteNumber("status", http.Response.StatusCode);
            json.WriteString("detail", Detail);
            json.WriteString("challenge", link);
            json.WriteString("reference", Reference.Of(http));
            json.WriteEndObject();
        }

        http.Response.ContentType = "application/problem+json";
        http.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
        }
    }
}
