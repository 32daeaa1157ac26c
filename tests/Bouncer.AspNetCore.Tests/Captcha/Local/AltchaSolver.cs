using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bouncer.AspNetCore.Captcha.Local;

namespace Bouncer.AspNetCore.Tests.Captcha.Local;

/// <summary>Solves challenges as a client does, from nothing but their JSON.</summary>
internal static class AltchaSolver
{
    internal static string Solve(string challenge) => Encode(SolveToJson(challenge));

    internal static JsonObject SolveToJson(string challenge)
    {
        var json = JsonNode.Parse(challenge)!;
        var parameters = json["parameters"]!;
        var salt = Convert.FromHexString((string)parameters["salt"]!);
        var prefix = (string)parameters["keyPrefix"]!;
        var password = new byte[20];
        Convert.FromHexString((string)parameters["nonce"]!).CopyTo(password, 0);
        for (uint counter = 0; ; counter++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(password.AsSpan(16), counter);
            var key = Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(
                password, salt, (int)parameters["cost"]!, HashAlgorithmName.SHA256, (int)parameters["keyLength"]!));
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                return Payload(challenge, counter, key);
            }

            Assert.InRange(counter, 0u, (uint)Difficulty.BoundOf(Difficulty.Hardest));
        }
    }

    internal static JsonObject Payload(string challenge, uint counter, string key) => JsonNode.Parse(
        $$"""{"challenge":{{challenge}},"solution":{"counter":{{counter}},"derivedKey":"{{key}}","time":12.5} }""")!.AsObject();

    internal static string Encode(JsonNode payload) => Encode(payload.ToJsonString(Relaxed));

    internal static string Encode(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json));

    // As JSON.stringify writes.
    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
