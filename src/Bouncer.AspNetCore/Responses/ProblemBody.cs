using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Writes the problem document (RFC 9457) of a refusal: by the application's own service if it has one, so that its
/// customisation applies, else by hand.</summary>
internal sealed class ProblemBody(IProblemDetailsService? problems = null)
{
    private const string Detail = "An automated check of the client's address refused this request.";

    internal async ValueTask WriteAsync(HttpContext context, string reference)
    {
        if (problems is null || !await problems.TryWriteAsync(Describe(context, reference)))
        {
            await context.Response.WriteAsync(Compose(context.Response.StatusCode, reference), "application/problem+json");
        }
    }

    private static ProblemDetailsContext Describe(HttpContext context, string reference)
    {
        var problem = new ProblemDetailsContext { HttpContext = context };
        problem.ProblemDetails = new ProblemDetails
        {
            Type = "about:blank",
            Title = ReasonPhrases.GetReasonPhrase(context.Response.StatusCode),
            Status = context.Response.StatusCode,
            Detail = Detail,
            Extensions = { ["reference"] = reference },
        };
        return problem;
    }

    private static string Compose(int status, string reference) =>
        $$"""{"type":"about:blank","title":"{{ReasonPhrases.GetReasonPhrase(status)}}","status":{{status}},"detail":"{{Detail}}","reference":"{{JavaScriptEncoder.Default.Encode(reference)}}"}""";
}
