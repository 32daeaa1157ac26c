using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Bouncer.AspNetCore.Responses;

/// <summary>A problem document (RFC 9457) without the parts that differ between requests. Its texts are encoded for JSON.
/// Immutable.</summary>
/// <param name="Status">The status.</param>
/// <param name="Type">The URI of the problem's type.</param>
/// <param name="Title">The title.</param>
/// <param name="Detail">The detail.</param>
/// <param name="Extensions">Other members.</param>
/// <param name="Member">The name of a member whose value differs between requests; null if there is none.</param>
internal sealed record Problem(
    int Status, string Type, string Title, string Detail, IReadOnlyDictionary<string, JsonElement> Extensions, string? Member = null)
{
    private static readonly string[] Values = ["reference", "value"];

    /// <summary>The document as text; its values are the reference and the value of <see cref="Member"/>.</summary>
    internal BodyTemplate Body { get; } = new(
        $$$"""{"type":"{{{Type}}}","title":"{{{Title}}}","status":{{{Status}}},"detail":"{{{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Detail)}}}"{{{Members(Extensions, Member)}}},"reference":"{{$reference}}"}""", Values);

    /// <summary>Creates a problem that is described by its status.</summary>
    internal static Problem Of(int status, string detail, string? member = null) =>
        new(status, "about:blank", ReasonPhrases.GetReasonPhrase(status), detail, new Dictionary<string, JsonElement>(), member);

    /// <summary>Creates the document for the application's own service.</summary>
    internal ProblemDetails Describe(string reference, string value)
    {
        var details = new ProblemDetails { Type = Type, Title = Title, Status = Status, Detail = Detail };
        foreach (var (name, extension) in Extensions)
        {
            details.Extensions[name] = extension;
        }

        if (Member is not null)
        {
            details.Extensions[Member] = value;
        }

        details.Extensions["reference"] = reference;
        return details;
    }

    private static string Members(IReadOnlyDictionary<string, JsonElement> extensions, string? member) =>
        string.Concat(extensions.Select(static one => $",\"{one.Key}\":{one.Value.GetRawText()}"))
        + (member is null ? "" : $",\"{member}\":\"{{{{$value}}}}\"");
}
