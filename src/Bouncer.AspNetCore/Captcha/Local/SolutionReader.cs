using System.Buffers;
using System.Text.Json;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Reads a solution: base64 of the JSON that ALTCHA's clients send. Every required member must be present once, in the
/// exact form that the server writes, and no other member is allowed.</summary>
internal static class SolutionReader
{
    internal const int MaxLength = 16 * 1024;

    private const int MaxTicketLength = 1024;

    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Reads a solution; null if the text is not one.</summary>
    internal static Solution? Read(string text)
    {
        if (text.Length > MaxLength || text.AsSpan().ContainsAnyExcept(Base64))
        {
            return null;
        }

        var json = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, json, out var length) || !IsPlain(json.AsSpan(0, length)))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json.AsMemory(0, length), Strict);
            return ReadSolution(document.RootElement);
        }
        catch (JsonException)
        {
            // The parser reports invalid JSON only by this exception.
            return null;
        }
    }

    // The server writes nothing that needs an escape, so no escape may hide a duplicate member or half a character.
    private static bool IsPlain(ReadOnlySpan<byte> json) => !json.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !json.Contains((byte)'\\');

    private static Solution? ReadSolution(JsonElement root) =>
        Object(root, 2)
        && root.TryGetProperty("challenge", out var challenge) && Object(challenge, 2)
        && challenge.TryGetProperty("parameters", out var parameters) && ReadParameters(parameters) is { } read
        && Text(challenge, "signature", 2 * ChallengeHmac.Length) is { } signature
        && root.TryGetProperty("solution", out var solution) && IsSolution(solution)
        && solution.TryGetProperty("counter", out var number) && IsNumber(number) && number.TryGetUInt32(out var counter)
        && Text(solution, "derivedKey", 2 * ChallengeParameters.KeyLength) is { } key
            ? new Solution(read, Convert.FromHexString(signature), counter, Convert.FromHexString(key))
            : null;

    // Clients may add the time that they took, a number that nothing depends on.
    private static bool IsSolution(JsonElement solution) =>
        Object(solution, 2) || (Object(solution, 3) && solution.TryGetProperty("time", out var took) && IsNumber(took));

    private static ChallengeParameters? ReadParameters(JsonElement parameters) =>
        Object(parameters, 9)
        && parameters.TryGetProperty("algorithm", out var algorithm) && IsText(algorithm) && algorithm.ValueEquals(ChallengeParameters.Algorithm)
        && Whole(parameters, "cost") == Difficulty.Cost
        && Whole(parameters, "keyLength") == ChallengeParameters.KeyLength
        && Whole(parameters, "expiresAt") is { } expiresAt
        && Text(parameters, "nonce", 2 * ChallengeParameters.NonceLength) is { } nonce
        && Text(parameters, "salt", 2 * ChallengeParameters.SaltLength) is { } salt
        && Text(parameters, "keyPrefix", 2 * ChallengeParameters.KeyPrefixLength) is { } keyPrefix
        && Text(parameters, "keySignature", 2 * ChallengeHmac.Length) is { } keySignature
        && parameters.TryGetProperty("data", out var data) && Object(data, 2) && Whole(data, "most") is { } most
        && data.TryGetProperty("ticket", out var ticket) && IsText(ticket) && ticket.GetString() is { Length: <= MaxTicketLength } sealedTicket
            ? new ChallengeParameters(nonce, salt, keyPrefix, keySignature, expiresAt, most, sealedTicket)
            : null;

    private static bool Object(JsonElement element, int members) =>
        element.ValueKind == JsonValueKind.Object && element.GetPropertyCount() == members;

    private static bool IsText(JsonElement element) => element.ValueKind == JsonValueKind.String;

    private static bool IsNumber(JsonElement element) => element.ValueKind == JsonValueKind.Number;

    private static long? Whole(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var element) && IsNumber(element) && element.TryGetInt64(out var value) ? value : null;

    private static string? Text(JsonElement owner, string name, int hexLength) =>
        owner.TryGetProperty(name, out var element) && IsText(element)
        && element.GetString() is { } text && text.Length == hexLength && !text.AsSpan().ContainsAnyExcept(Hex)
            ? text
            : null;
}
