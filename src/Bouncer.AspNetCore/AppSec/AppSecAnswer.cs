using System.Text.Json;
using System.Text.Json.Serialization;
using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>AppSec's answer about a request (<c>BodyResponse</c> in CrowdSec's pkg/appsec/appsec.go).</summary>
internal sealed record AppSecAnswer
{
    [JsonPropertyName("action")]
    public required string Action { get; init; }

    [JsonPropertyName("http_status")]
    public int? Status { get; init; }

    [JsonPropertyName("user_body_content")]
    public string? Body { get; init; }

    [JsonPropertyName("user_cookies")]
    public string[]? Cookies { get; init; }

    [JsonPropertyName("user_headers")]
    public Dictionary<string, string[]?>? Headers { get; init; }

    internal bool IsAllow => Action.Equals("allow", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">The body is not an answer, or one of its members is malformed.</exception>
    internal static AppSecAnswer Read(ReadOnlySpan<byte> body)
    {
        var answer = JsonSerializer.Deserialize(body, AppSecJson.Default.AppSecAnswer);
        return answer is { Action.Length: > 0 and <= 64 } ? answer : throw new JsonException("This is not an answer of AppSec.");
    }

    /// <summary>The response that the answer prescribes; null if it leaves that to the remediation, or if its status is none of a
    /// response: a rule can set any number, and its action counts nevertheless.</summary>
    internal PrescribedResponse? Prescribe() => Status is not ({ } status and >= 200 and <= 599) ? null : new PrescribedResponse(status)
    {
        Body = Body,
        Headers = Headers ?? [],
        Cookies = Cookies ?? [],
    };
}
