using System.Text.Json;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Throttle;

/// <summary>What a client is told that comes too often. Immutable.</summary>
/// <param name="Refusal">All but the page.</param>
/// <param name="Page">Writes the page.</param>
internal sealed record ThrottleRefusal(Refusal Refusal, Func<HttpContext, string, string, ValueTask> Page)
{
    private static readonly Problem Problem = new(
        StatusCodes.Status429TooManyRequests,
        "https://iana.org/assignments/http-problem-types#abnormal-usage-detected",
        "Abnormal Usage Detected",
        "Requests from this client are limited, and there were too many of them.",
        new Dictionary<string, JsonElement> { ["violated-policies"] = JsonElement.Parse("""["throttle"]""") });

    /// <param name="pages">Makes the page.</param>
    /// <param name="wait">The name of the text that says how long to wait.</param>
    internal static ThrottleRefusal Create(PageMaker pages, string wait)
    {
        var page = pages.MakeRefusal("throttleHeading", PageFile.Read("ThrottlePage.html").Replace("{{>wait}}", "{{" + wait + "}}", StringComparison.Ordinal));
        var refusal = new Refusal(
            GrpcRefusal.ResourceExhausted,
            StatusCodes.Status429TooManyRequests,
            new BodyTemplate("Too many requests. {{" + wait + "}}\n", ["n"], PageTexts.English.GetValueOrDefault),
            Problem);
        return new ThrottleRefusal(refusal, page.WriteAsync);
    }
}
