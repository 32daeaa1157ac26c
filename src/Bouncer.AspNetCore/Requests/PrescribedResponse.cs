using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The response that AppSec prescribes for a refused request. Immutable.</summary>
internal sealed record PrescribedResponse(int StatusCode)
{
    /// <summary>Whether a response with the status has a body.</summary>
    internal bool CanHaveBody => StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    /// <summary>The body; null if the remediation has its own.</summary>
    internal string? Body { get; init; }

    internal IReadOnlyDictionary<string, string[]?> Headers { get; init; } = new Dictionary<string, string[]?>();

    /// <summary>The values of Set-Cookie.</summary>
    internal IReadOnlyList<string> Cookies { get; init; } = [];

    /// <summary>The number of seconds after which the client may try again; null if it is not known.</summary>
    internal int? RetryAfter { get; init; }
}
