using System.Text.Json;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>A service's answer; members that it did not contain are null. Immutable.</summary>
internal sealed record SiteVerifyAnswer(bool Success)
{
    // An answer needs at most four levels; the rest is room for additions.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    internal string? Hostname { get; private init; }

    internal string? Action { get; private init; }

    internal double? Score { get; private init; }

    internal DateTimeOffset? SolvedAt { get; private init; }

    /// <summary>Whether the secret was rejected, and not the visitor's token.</summary>
    internal bool IsSecretWrong { get; private init; }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">The body is not an answer, or one of its members is malformed.</exception>
    internal static SiteVerifyAnswer Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Strict);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || Member(root, "success") is not { ValueKind: JsonValueKind.True or JsonValueKind.False } success)
        {
            throw new JsonException("There is no success.");
        }

        // The place where Friendly Captcha puts them.
        var challenge = Member(root, "data") is { } data ? Member(data, "challenge") : null;
        return new SiteVerifyAnswer(success.GetBoolean())
        {
            Hostname = Text(root, "hostname") ?? (challenge is { } solved ? HostOf(Text(solved, "origin")) : null),
            Action = Text(root, "action"),
            Score = Number(root, "score"),
            SolvedAt = Time(root, "challenge_ts") ?? (challenge is { } timed ? Time(timed, "timestamp") : null),
            IsSecretWrong = TellsOfTheSecret(root),
        };
    }

    /// <summary>Reads an answer whose status is a rejection, regardless of its content, which differs between services.</summary>
    /// <exception cref="JsonException">The body is not a JSON object.</exception>
    internal static SiteVerifyAnswer ReadNo(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, Strict);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? new SiteVerifyAnswer(false) { IsSecretWrong = TellsOfTheSecret(document.RootElement) }
            : throw new JsonException("There is no object.");
    }

    private static bool TellsOfTheSecret(JsonElement root) =>
        Member(root, "error-codes") is { ValueKind: JsonValueKind.Array } codes && codes.EnumerateArray().Any(IsAboutTheSecret);

    private static bool IsAboutTheSecret(JsonElement code) =>
        code.ValueKind == JsonValueKind.String && (code.ValueEquals("invalid-input-secret") || code.ValueEquals("missing-input-secret"));

    private static JsonElement? Member(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static string? Text(JsonElement owner, string name)
    {
        if (Member(owner, name) is not { } member)
        {
            return null;
        }

        try
        {
            return member.ValueKind == JsonValueKind.String ? member.GetString() : throw new JsonException($"{name} is no text.");
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException($"{name} is no Unicode.", error);
        }
    }

    private static double? Number(JsonElement owner, string name) =>
        Member(owner, name) is not { } member ? null
        : member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var value) ? value
        : throw new JsonException($"{name} is no number.");

    private static DateTimeOffset? Time(JsonElement owner, string name) =>
        Member(owner, name) is not { } member ? null
        : member.ValueKind == JsonValueKind.String && member.TryGetDateTimeOffset(out var value) ? value
        : throw new JsonException($"{name} is no time.");

    private static string? HostOf(string? origin) => Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Host.Length > 0 ? url.Host : origin;
}
