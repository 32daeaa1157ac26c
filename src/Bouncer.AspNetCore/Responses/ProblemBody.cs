using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Writes the problem document (RFC 9457) of a refusal: by the application's own service if it has one, so that its
/// customisation applies, else by hand.</summary>
internal sealed class ProblemBody(IProblemDetailsService? problems = null, string detail = ProblemBody.Detail)
{
    private const string Detail = "An automated check of the client's address refused this request.";

    /// <summary>The document by hand.</summary>
    /// <param name="status">The status.</param>
    /// <param name="detail">What happened, in a sentence that needs no encoding.</param>
    internal static BodyTemplate Compose(int status, string detail = Detail) => new(
        $$"""{"type":"about:blank","title":"{{ReasonPhrases.GetReasonPhrase(status)}}","status":{{status}},"detail":"{{detail}}","reference":"{{BodyTemplate.Placeholder}}"}""");

    /// <param name="context">The request; its response has its status already.</param>
    /// <param name="composed">The document by hand, for that status.</param>
    /// <param name="reference">The reference, not encoded.</param>
    internal async ValueTask WriteAsync(HttpContext context, BodyTemplate composed, string reference)
    {
        // The application's service reads Accept once more, without a limit.
        if (problems is null || AcceptNegotiation.IsTooLong(context.Request.Headers.Accept) || !await problems.TryWriteAsync(Describe(context, reference)))
        {
            context.Response.ContentType = "application/problem+json";
            await composed.WriteAsync(context.Response, JavaScriptEncoder.Default.Encode(reference));
        }
    }

    private ProblemDetailsContext Describe(HttpContext context, string reference)
    {
        var problem = new ProblemDetailsContext { HttpContext = context };
        problem.ProblemDetails = new ProblemDetails
        {
            Type = "about:blank",
            Title = ReasonPhrases.GetReasonPhrase(context.Response.StatusCode),
            Status = context.Response.StatusCode,
            Detail = detail,
            Extensions = { ["reference"] = reference },
        };
        return problem;
    }
}
