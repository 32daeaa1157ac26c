namespace Bouncer.AspNetCore.Requests;

/// <summary>The response that AppSec prescribes for a refused request. Immutable.</summary>
internal sealed record PrescribedResponse(int StatusCode)
{
    /// <summary>The body; null if the remediation has its own.</summary>
    internal string? Body { get; init; }

    internal IReadOnlyDictionary<string, string[]?> Headers { get; init; } = new Dictionary<string, string[]?>();

    /// <summary>The values of Set-Cookie.</summary>
    internal IReadOnlyList<string> Cookies { get; init; } = [];
}
