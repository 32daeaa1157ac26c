using System.Text.Json;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Throttle;

/// <summary>The refusals for a client that exceeds its rate, one for each unit of the time to wait. Immutable.</summary>
internal sealed class ThrottleRefusals(PageMaker pages)
{
    private static readonly Problem Problem = new(
        StatusCodes.Status429TooManyRequests,
        "https://iana.org/assignments/http-problem-types#abnormal-usage-detected",
        "Abnormal Usage Detected",
        "Requests from this client are limited, and there were too many of them.",
        new Dictionary<string, JsonElement> { ["violated-policies"] = JsonElement.Parse("""["throttle"]""") });

    private readonly Refusal[] _refusals = [.. Enum.GetNames<WaitUnit>().Select(unit => Create(pages, "throttle" + unit))];

    internal Refusal For(WaitUnit unit) => _refusals[(int)unit];

    /// <param name="pages">Creates the page.</param>
    /// <param name="wait">The name of the text with the time to wait.</param>
    private static Refusal Create(PageMaker pages, string wait) => new(
        GrpcRefusal.ResourceExhausted,
        StatusCodes.Status429TooManyRequests,
        new BodyTemplate("Too many requests. {{" + wait + "}}\n", ["n"], PageTexts.English.GetValueOrDefault),
        Problem,
        pages.MakeRefusal("throttleHeading", PageFile.Read("ThrottlePage.html").Replace("{{>wait}}", "{{" + wait + "}}", StringComparison.Ordinal)).WriteAsync);
}
