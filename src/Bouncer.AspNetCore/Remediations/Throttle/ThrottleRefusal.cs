using System.Text.Json;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Throttle;

/// <summary>What a client is told that comes too often.</summary>
internal static class ThrottleRefusal
{
    private static readonly RefusalPage HtmlPage = RefusalPage.FromResource("Too many requests", "ThrottlePage.html");

    internal static Refusal Refusal { get; } = new(
        GrpcRefusal.ResourceExhausted,
        StatusCodes.Status429TooManyRequests,
        new BodyTemplate("Too many requests. Try again later.\n"),
        new Problem(
            StatusCodes.Status429TooManyRequests,
            "https://iana.org/assignments/http-problem-types#abnormal-usage-detected",
            "Abnormal Usage Detected",
            "Requests from this client are limited, and there were too many of them.",
            new Dictionary<string, JsonElement> { ["violated-policies"] = JsonElement.Parse("""["throttle"]""") }));

    internal static Func<HttpContext, string, ValueTask> Page { get; } =
        static (context, reference) => HtmlPage.WriteAsync(context.Response, reference);
}
