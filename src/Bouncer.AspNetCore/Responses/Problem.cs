using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Bouncer.AspNetCore.Responses;

/// <summary>A problem document (RFC 9457) but for the request's reference. Texts stand in it as they are. Immutable.</summary>
internal sealed record Problem(int Status, string Type, string Title, string Detail, IReadOnlyDictionary<string, JsonElement> Extensions)
{
    private const string Reference = "{{$reference}}";

    /// <summary>The document by hand.</summary>
    internal BodyTemplate Body { get; } = new(
        $$"""{"type":"{{Type}}","title":"{{Title}}","status":{{Status}},"detail":"{{Detail}}"{{Members(Extensions)}},"reference":"{{Reference}}"}""", ["reference"]);

    /// <summary>A problem that its status says all about.</summary>
    internal static Problem Of(int status, string detail) =>
        new(status, "about:blank", ReasonPhrases.GetReasonPhrase(status), detail, new Dictionary<string, JsonElement>());

    /// <summary>The document for the application's own service.</summary>
    internal ProblemDetails Describe(string reference)
    {
        var details = new ProblemDetails { Type = Type, Title = Title, Status = Status, Detail = Detail };
        foreach (var (name, value) in Extensions)
        {
            details.Extensions[name] = value;
        }

        details.Extensions["reference"] = reference;
        return details;
    }

    private static string Members(IReadOnlyDictionary<string, JsonElement> extensions) =>
        string.Concat(extensions.Select(member => $",\"{member.Key}\":{member.Value.GetRawText()}"));
}
