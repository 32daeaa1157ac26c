using System.Text;
using System.Text.Json.Nodes;

namespace Bouncer.AspNetCore.Tests.Captcha.Local;

/// <summary>Each forgery starts from a right solution, which is shown to be right in the end: nothing else refused it.</summary>
public sealed class ForgedSolutionTests
{
    private static readonly string[] Parameters =
        ["algorithm", "cost", "data.most", "data.ticket", "expiresAt", "keyLength", "keyPrefix", "keySignature", "nonce", "salt"];

    public static TheoryData<string> Fields =>
        [.. Parameters.Select(name => "challenge.parameters." + name), "challenge.signature", "solution.counter", "solution.derivedKey"];

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task C2_ABitFlippedInAnyField_IsRefused(string field)
    {
        var (captcha, payload) = await SolvedAsync();
        foreach (var forged in Flipped(At(payload, field)))
        {
            var copy = payload.DeepClone();
            Set(copy, field, forged);
            Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(copy)));
        }

        await AssertSolvedAsync(captcha, payload);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task C2_AFieldOfAnotherChallenge_IsRefused(string field)
    {
        var (captcha, payload) = await SolvedAsync();
        var other = captcha.SolveByTicket(await captcha.IssueAsync(LocalCaptcha.Context("192.0.2.8")));
        var copy = payload.DeepClone();
        Set(copy, field, At(other, field).DeepClone());
        if (!JsonNode.DeepEquals(copy, payload))
        {
            Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(copy)));
        }

        await AssertSolvedAsync(captcha, payload);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task C2_AFieldMissingOrOfAnotherKind_IsRefused(string field)
    {
        var (captcha, payload) = await SolvedAsync();
        foreach (var value in new JsonNode?[] { null, JsonValue.Create(true), JsonValue.Create(""), JsonValue.Create(0), new JsonObject(), new JsonArray() })
        {
            var copy = payload.DeepClone();
            Set(copy, field, value);
            Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(copy)));
        }

        var without = payload.DeepClone();
        Parent(without, field).Remove(field.Split('.')[^1]);
        Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(without)));
        await AssertSolvedAsync(captcha, payload);
    }

    [Theory]
    [InlineData("", "codeChallenge")]
    [InlineData("challenge", "codeChallenge")]
    [InlineData("challenge.parameters", "memoryCost")]
    [InlineData("challenge.parameters", "parallelism")]
    [InlineData("challenge.parameters.data", "id")]
    [InlineData("solution", "extra")]
    public async Task C2_AnAddedMember_IsRefused(string owner, string name)
    {
        var (captcha, payload) = await SolvedAsync();
        var copy = payload.DeepClone();
        (owner.Length == 0 ? copy.AsObject() : At(copy, owner).AsObject())[name] = 1;
        Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(copy)));
        await AssertSolvedAsync(captcha, payload);
    }

    /// <summary>A challenge signed by somebody's own secret, with a ticket of ours.</summary>
    [Fact]
    public async Task C2_AChallengeOfOnesOwnMaking_IsRefused()
    {
        var (captcha, payload) = await SolvedAsync();
        var own = new LocalCaptcha();
        var forged = own.SolveByTicket(await own.IssueAsync());
        Set(forged, "challenge.parameters.data.ticket", At(payload, "challenge.parameters.data.ticket").DeepClone());
        Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(forged)));
        await AssertSolvedAsync(captcha, payload);
    }

    [Fact]
    public async Task C2_TheHalfOfTheKeyThatIsTold_IsNotEnough()
    {
        var (captcha, payload) = await SolvedAsync();
        var prefix = (string)At(payload, "challenge.parameters.keyPrefix")!;
        foreach (var guess in new[] { prefix + new string('0', 32), prefix + prefix, prefix })
        {
            var copy = payload.DeepClone();
            Set(copy, "solution.derivedKey", guess);
            Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(copy)));
        }

        await AssertSolvedAsync(captcha, payload);
    }

    [Theory]
    [InlineData("1e3")]
    [InlineData("1.0")]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999999999")]
    [InlineData("\"7\"")]
    [InlineData("07")]
    [InlineData("0x7")]
    [InlineData("NaN")]
    [InlineData("[7]")]
    public async Task C2_ANumberOfAnotherForm_IsRefused(string number)
    {
        var (captcha, payload) = await SolvedAsync();
        var json = payload.ToJsonString();
        foreach (var name in new[] { "counter", "cost", "keyLength", "expiresAt", "most" })
        {
            var field = name == "counter" ? "solution.counter" : name == "most" ? "challenge.parameters.data.most" : "challenge.parameters." + name;
            var right = $"\"{name}\":{At(payload, field).ToJsonString()}";
            Assert.Contains(right, json, StringComparison.Ordinal);
            Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(json.Replace(right, $"\"{name}\":{number}", StringComparison.Ordinal))));
        }

        await AssertSolvedAsync(captcha, payload);
    }

    /// <summary>The right value spelt so that a lenient parser would take it for the same.</summary>
    [Fact]
    public async Task C2_TheRightNumberInAnotherForm_IsRefused()
    {
        var (captcha, payload) = await SolvedAsync();
        var json = payload.ToJsonString();
        var counter = $"\"counter\":{At(payload, "solution.counter").ToJsonString()}";
        string[] spellings = [counter + ".0", counter + "e0", counter.Replace(":", ":+", StringComparison.Ordinal), counter.Replace(":", ":0", StringComparison.Ordinal)];
        foreach (var spelling in spellings)
        {
            Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(json.Replace(counter, spelling, StringComparison.Ordinal))));
        }

        await AssertSolvedAsync(captcha, payload);
    }

    [Theory]
    [InlineData("\"cost\":", "\"cost\":1,\"cost\":")]
    [InlineData("\"expiresAt\":", "\"expiresAt\":9999999999,\"expiresAt\":")]
    [InlineData("\"counter\":", "\"counter\":0,\"counter\":")]
    [InlineData("\"solution\":", "\"solution\":{},\"solution\":")]
    [InlineData("\"cost\":", "\"\\u0063ost\":1,\"cost\":")]
    [InlineData("\"algorithm\":", "\"\\u0061lgorithm\":")]
    [InlineData("PBKDF2/SHA-256", "PBKDF2\\/SHA-256")]
    [InlineData("PBKDF2/SHA-256", "SHA-256")]
    [InlineData("PBKDF2/SHA-256", "pbkdf2/sha-256")]
    [InlineData("PBKDF2/SHA-256", "\\ud800")]
    [InlineData("\"challenge\":", "/* */\"challenge\":")]
    [InlineData("\"challenge\":", "\n\"challenge\":")]
    [InlineData("}}", "}},")]
    [InlineData("}}", "},}")]
    public async Task C2_JsonOfAnotherForm_IsRefused(string part, string instead)
    {
        var (captcha, payload) = await SolvedAsync();
        var json = payload.ToJsonString();
        Assert.Contains(part, json, StringComparison.Ordinal);
        Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(json.Replace(part, instead, StringComparison.Ordinal))));
        await AssertSolvedAsync(captcha, payload);
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("====")]
    [InlineData("not base64!")]
    [InlineData("bnVsbA==")]
    [InlineData("W10=")]
    [InlineData("IiI=")]
    [InlineData("e30=")]
    [InlineData("AAAA")]
    [InlineData("/////w==")]
    public async Task Verify_ATextThatIsNoSolution_IsRefused(string text) =>
        Assert.Equal(default, await new LocalCaptcha().VerifyAsync(text));

    [Fact]
    public async Task Verify_ATruncatedSolution_IsRefused()
    {
        var (captcha, payload) = await SolvedAsync();
        var text = AltchaSolver.Encode(payload);
        for (var length = 0; length < text.Length; length++)
        {
            Assert.Equal(default, await captcha.VerifyAsync(text[..length]));
        }

        await AssertSolvedAsync(captcha, payload);
    }

    [Fact]
    public async Task Verify_ASolutionWithWhiteSpaceOrInBase64Url_IsRefused()
    {
        var (captcha, payload) = await SolvedAsync();
        var text = AltchaSolver.Encode(payload);
        string[] spellings = [" " + text, text + "\r\n", text.Insert(8, "\n"), text + "====", text + text, text.Insert(4, "-"), text.Insert(4, "\u00e9")];
        foreach (var spelling in spellings)
        {
            Assert.Equal(default, await captcha.VerifyAsync(spelling));
        }

        await AssertSolvedAsync(captcha, payload);
    }

    public static TheoryData<string, string> Huge => new()
    {
        { "64 KB of one letter", new string('A', 65_536) },
        { "64 KB of JSON", AltchaSolver.Encode("{\"challenge\":\"" + new string('a', 48_000) + "\"}") },
        { "deep arrays", AltchaSolver.Encode(new string('[', 8000)) },
        { "deep objects", AltchaSolver.Encode(string.Concat(Enumerable.Repeat("{\"a\":", 2000))) },
        { "many members", AltchaSolver.Encode("{" + string.Join(',', Enumerable.Range(0, 1200).Select(at => $"\"a{at}\":1")) + "}") },
        { "a long number", AltchaSolver.Encode("{\"challenge\":" + new string('9', 12_000) + "}") },
    };

    [Theory]
    [MemberData(nameof(Huge))]
    public async Task Verify_AHugeOrDeepText_IsRefusedAndTakesLittleMemory(string what, string text)
    {
        var captcha = new LocalCaptcha();
        Assert.Equal(default, await captcha.VerifyAsync(text));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var verdict = captcha.Provider.VerifyAsync(LocalCaptcha.Context(), text, TestContext.Current.CancellationToken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(default, await verdict);
        Assert.True(allocated <= 128 * 1024, $"{what}: {allocated} bytes");
    }

    [Fact]
    public async Task Verify_ATicketOfAnotherLengthOrPurpose_IsRefused()
    {
        var (captcha, payload) = await SolvedAsync();
        var clearance = Microsoft.AspNetCore.DataProtection.DataProtectionCommonExtensions.CreateProtector(captcha.Keys, "CrowdSec.Bouncer", "Clearance", "v1");
        var own = Microsoft.AspNetCore.DataProtection.DataProtectionCommonExtensions.CreateProtector(captcha.Keys, "CrowdSec.Bouncer", "Captcha", "v1");
        var ticket = captcha.Seal.Open((string)At(payload, "challenge.parameters.data.ticket")!)!.ToBytes();
        byte[] otherVersion = [2, .. ticket[1..]];
        byte[][] tickets = [clearance.Protect(ticket), own.Protect([]), own.Protect(ticket[..^1]), own.Protect([.. ticket, 0]), own.Protect(otherVersion)];
        foreach (var forged in tickets)
        {
            var copy = payload.DeepClone();
            Set(copy, "challenge.parameters.data.ticket", System.Buffers.Text.Base64Url.EncodeToString(forged));
            Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(copy)));
        }

        await AssertSolvedAsync(captcha, payload);
    }

    private static async Task<(LocalCaptcha Captcha, JsonObject Payload)> SolvedAsync()
    {
        var captcha = new LocalCaptcha();
        return (captcha, captcha.SolveByTicket(await captcha.IssueAsync()));
    }

    private static async Task AssertSolvedAsync(LocalCaptcha captcha, JsonNode payload) =>
        Assert.True((await captcha.VerifyAsync(AltchaSolver.Encode(payload))).IsSolved);

    private static IEnumerable<JsonNode> Flipped(JsonNode value)
    {
        if (value.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            return Enumerable.Range(0, 32).Select(bit => (JsonNode)JsonValue.Create((long)value ^ (1L << bit)));
        }

        var text = Encoding.ASCII.GetBytes((string)value!);
        return Enumerable.Range(0, text.Length).Select(at =>
        {
            var copy = (byte[])text.Clone();
            copy[at] ^= (byte)(1 << (at % 7));
            return (JsonNode)JsonValue.Create(Encoding.ASCII.GetString(copy));
        });
    }

    private static JsonNode At(JsonNode node, string field) => field.Split('.').Aggregate(node, (owner, name) => owner[name]!);

    private static JsonObject Parent(JsonNode node, string field) =>
        (field.Contains('.', StringComparison.Ordinal) ? At(node, field[..field.LastIndexOf('.')]) : node).AsObject();

    private static void Set(JsonNode node, string field, JsonNode? value) => Parent(node, field)[field.Split('.')[^1]] = value;
}
