using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Writes the problem document of a refusal: with the application's own service if it has one, so that its customisation
/// applies, otherwise directly.</summary>
internal sealed class ProblemBody(IProblemDetailsService? problems = null)
{
    /// <param name="context">The request; its response's status is already set.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="reference">The reference, not encoded.</param>
    /// <param name="value">The value of <see cref="Problem.Member"/>, not encoded.</param>
    internal async ValueTask WriteAsync(HttpContext context, Problem problem, string reference, string value = "")
    {
        // The application's service parses Accept again, without a limit.
        if (problems is null || AcceptNegotiation.IsTooLong(context.Request.Headers.Accept) || !await problems.TryWriteAsync(Describe(context, problem, reference, value)))
        {
            context.Response.ContentType = "application/problem+json";
            await problem.Body.WriteAsync(context.Response, JavaScriptEncoder.Default.Encode(reference), JavaScriptEncoder.Default.Encode(value));
        }
    }

    private static ProblemDetailsContext Describe(HttpContext context, Problem problem, string reference, string value) =>
        new() { HttpContext = context, ProblemDetails = problem.Describe(reference, value) };
}
