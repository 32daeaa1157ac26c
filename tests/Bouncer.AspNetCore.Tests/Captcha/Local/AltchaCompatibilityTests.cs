using System.Text.Json.Nodes;

namespace Bouncer.AspNetCore.Tests.Captcha.Local;

/// <summary>Against the public package: its solver and our verifier, our solver and its verifier.</summary>
public sealed class AltchaCompatibilityTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Verify_WhatAltchaLibSolved_IsSolvedOnce(int difficulty)
    {
        var captcha = new LocalCaptcha();
        var challenge = await captcha.IssueAsync(LocalCaptcha.Context(difficulty: difficulty));
        var payload = (string)(await AltchaProgram.AskAsync(new JsonObject { ["solve"] = JsonNode.Parse(challenge) }))!;
        Assert.True((await captcha.VerifyAsync(payload)).IsSolved);
        Assert.False((await captcha.VerifyAsync(payload)).IsSolved);
    }

    [Fact]
    public async Task Challenge_ForAltchaLibsVerifier_IsSignedAsItSigns()
    {
        var captcha = new LocalCaptcha();

        // altcha-lib looks at the machine's clock.
        captcha.Clock.StepWallClock(TimeProvider.System.GetUtcNow() - captcha.Clock.GetUtcNow());
        var payload = AltchaSolver.SolveToJson(await captcha.IssueAsync());
        var secret = Convert.ToHexStringLower(captcha.Seal.Open((string)payload["challenge"]!["parameters"]!["data"]!["ticket"]!)!.Secret);
        var right = await AskAsync(payload, secret);
        Assert.True((bool)right["verified"]!, right.ToJsonString());

        payload["challenge"]!["parameters"]!["cost"] = 1;
        var forged = await AskAsync(payload, secret);
        Assert.True((bool)forged["invalidSignature"]!, forged.ToJsonString());
    }

    private static Task<JsonNode> AskAsync(JsonObject payload, string secret) =>
        AltchaProgram.AskAsync(new JsonObject { ["verify"] = AltchaSolver.Encode(payload), ["secret"] = secret });
}
