using System.Text;
using System.Text.Json.Nodes;
using Bouncer.AspNetCore.Captcha.Local;

namespace Bouncer.Benchmarks.Remediations;

/// <summary>Solves challenges of the local captcha as a client does, with as much native speed as this machine has.</summary>
internal static class ChallengeSolver
{
    /// <summary>The payload that a client posts.</summary>
    internal static JsonObject Solve(string challenge)
    {
        var parameters = JsonNode.Parse(challenge)!["parameters"]!;
        var nonce = Convert.FromHexString((string)parameters["nonce"]!);
        var salt = Convert.FromHexString((string)parameters["salt"]!);
        var prefix = Convert.FromHexString((string)parameters["keyPrefix"]!);
        var key = new byte[ChallengeParameters.KeyLength];
        var counter = 0u;
        ChallengeIssuer.Derive(nonce, salt, counter, key);
        while (!key.AsSpan().StartsWith(prefix))
        {
            ChallengeIssuer.Derive(nonce, salt, ++counter, key);
        }

        return new JsonObject
        {
            ["challenge"] = JsonNode.Parse(challenge),
            ["solution"] = new JsonObject { ["counter"] = counter, ["derivedKey"] = Convert.ToHexStringLower(key) },
        };
    }

    internal static string Encode(JsonObject payload) => Convert.ToBase64String(Encoding.UTF8.GetBytes(payload.ToJsonString()));
}
