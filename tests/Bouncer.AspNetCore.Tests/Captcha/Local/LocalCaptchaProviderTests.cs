using System.Text;
using System.Text.Json.Nodes;
using Bouncer.AspNetCore.Captcha.Local;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Bouncer.AspNetCore.Tests.Captcha.Local;

public sealed class LocalCaptchaProviderTests
{
    [Fact]
    public async Task Verify_TheSolutionOfItsChallenge_IsSolvedAsOfTheTimeOfIssue()
    {
        var captcha = new LocalCaptcha();
        var solution = AltchaSolver.Solve(await captcha.IssueAsync());
        captcha.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(new CaptchaVerdict(IsSolved: true, LocalCaptcha.Start), await captcha.VerifyAsync(solution));
    }

    [Fact]
    public async Task Verify_WithoutTheTimeItTook_IsSolved()
    {
        var captcha = new LocalCaptcha();
        var payload = captcha.SolveByTicket(await captcha.IssueAsync());
        payload["solution"]!.AsObject().Remove("time");
        Assert.True((await captcha.VerifyAsync(AltchaSolver.Encode(payload))).IsSolved);
    }

    [Fact]
    public async Task C1_Replay_OnTheSameInstance_IsRefused()
    {
        var captcha = new LocalCaptcha();
        var solution = await captcha.IssueAndSolveAsync();
        Assert.True((await captcha.VerifyAsync(solution)).IsSolved);
        Assert.Equal(default, await captcha.VerifyAsync(solution));
        captcha.Clock.Advance(ChallengeTicket.Lifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(default, await captcha.VerifyAsync(solution));
    }

    [Fact]
    public async Task C1_ReplayInAnotherSpelling_IsRefused()
    {
        var captcha = new LocalCaptcha();
        var payload = captcha.SolveByTicket(await captcha.IssueAsync());
        Assert.True((await captcha.VerifyAsync(AltchaSolver.Encode(payload))).IsSolved);
        var reordered = new JsonObject { ["solution"] = payload["solution"]!.DeepClone(), ["challenge"] = payload["challenge"]!.DeepClone() };
        reordered["solution"]!["time"] = 99;
        Assert.Equal(default, await captcha.VerifyAsync(AltchaSolver.Encode(reordered)));
    }

    [Fact]
    public async Task C1_Replay_OnAnInstanceThatSharesKeysAndStore_IsRefused()
    {
        var first = new LocalCaptcha();
        var second = new LocalCaptcha(first.Keys, first.Spent, first.Clock);
        var solution = await first.IssueAndSolveAsync();
        Assert.True((await second.VerifyAsync(solution)).IsSolved);
        Assert.Equal(default, await first.VerifyAsync(solution));
    }

    [Fact]
    public async Task C1_ReplayAtOnce_IsSolvedOnce()
    {
        var captcha = new LocalCaptcha();
        var solution = await captcha.IssueAndSolveAsync();
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => captcha.VerifyAsync(solution))));
        Assert.Single(verdicts, verdict => verdict.IsSolved);
    }

    [Fact]
    public async Task Verify_ByAnInstanceWithOtherKeys_IsRefused()
    {
        var solution = await new LocalCaptcha().IssueAndSolveAsync();
        Assert.Equal(default, await new LocalCaptcha().VerifyAsync(solution));
    }

    [Theory]
    [InlineData("192.0.2.8")]
    [InlineData("2001:db8::7")]
    [InlineData("::192.0.2.7")]
    public async Task C3_AnotherClient_IsRefused(string client)
    {
        var captcha = new LocalCaptcha();
        Assert.Equal(default, await captcha.VerifyAsync(await captcha.IssueAndSolveAsync(), LocalCaptcha.Context(client)));
    }

    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7")]
    [InlineData("2001:db8::7", "2001:db8::ffff")]
    public async Task C3_TheSameClientByAnotherAddress_IsSolved(string from, string to)
    {
        var captcha = new LocalCaptcha();
        var solution = await captcha.IssueAndSolveAsync(LocalCaptcha.Context(from));
        Assert.True((await captcha.VerifyAsync(solution, LocalCaptcha.Context(to))).IsSolved);
    }

    [Fact]
    public async Task C3_ARefusedClient_DoesNotSpendTheChallenge()
    {
        var captcha = new LocalCaptcha();
        var solution = await captcha.IssueAndSolveAsync();
        await captcha.VerifyAsync(solution, LocalCaptcha.Context("192.0.2.8"));
        Assert.True((await captcha.VerifyAsync(solution)).IsSolved);
    }

    [Theory]
    [InlineData("other.example", "default")]
    [InlineData("site.example.", "default")]
    [InlineData("site.example", "api")]
    [InlineData("site.exampled", "efault")]
    [InlineData("site.exampl", "edefault")]
    public async Task C4_AnotherHostOrAction_IsRefused(string host, string action)
    {
        var captcha = new LocalCaptcha();
        Assert.Equal(default, await captcha.VerifyAsync(await captcha.IssueAndSolveAsync(), LocalCaptcha.Context(host: host, action: action)));
    }

    [Theory]
    [InlineData(599, true)]
    [InlineData(600, false)]
    [InlineData(86_400, false)]
    public async Task Verify_AfterAWhile_IsSolvedUntilItExpires(int seconds, bool isSolved)
    {
        var captcha = new LocalCaptcha();
        var solution = await captcha.IssueAndSolveAsync();
        captcha.Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(isSolved, (await captcha.VerifyAsync(solution)).IsSolved);
    }

    [Fact]
    public async Task Verify_WhenTheStoreFails_IsAFault()
    {
        var spent = Substitute.For<IChallengeReplayStore>();
        spent.TryAddAsync(default, default, default).ThrowsAsyncForAnyArgs(new InvalidOperationException("no connection"));
        var captcha = new LocalCaptcha(spent: spent);
        Assert.Equal(new CaptchaVerdict(IsSolved: false, Fault: "spent_challenges"), await captcha.VerifyAsync(await captcha.IssueAndSolveAsync()));
    }

    [Fact]
    public async Task Verify_WhenTheStoreIsFull_IsRefused()
    {
        var clock = new TestUtils.TestClock(LocalCaptcha.Start);
        var captcha = new LocalCaptcha(spent: new ChallengeReplayStore(clock, NullLogger<ChallengeReplayStore>.Instance, capacity: 1), clock: clock);
        Assert.True((await captcha.VerifyAsync(await captcha.IssueAndSolveAsync())).IsSolved);
        Assert.Equal(default, await captcha.VerifyAsync(await captcha.IssueAndSolveAsync()));
    }

    [Fact]
    public async Task Challenge_AsJson_IsInAltchasCanonicalForm()
    {
        var captcha = new LocalCaptcha();
        var parameters = JsonNode.Parse(await captcha.IssueAsync())!["parameters"]!.AsObject();
        Assert.Equal(
            ["algorithm", "cost", "data", "expiresAt", "keyLength", "keyPrefix", "keySignature", "nonce", "salt"],
            parameters.Select(member => member.Key));
        Assert.Equal(["most", "ticket"], parameters["data"]!.AsObject().Select(member => member.Key));
        Assert.Equal(Difficulty.BoundOf(1), (int)parameters["data"]!["most"]!);
        Assert.Equal("PBKDF2/SHA-256", (string?)parameters["algorithm"]);
        Assert.Equal((LocalCaptcha.Start + ChallengeTicket.Lifetime).ToUnixTimeSeconds(), (long)parameters["expiresAt"]!);
    }

    /// <summary>In clear, in hex or in base64, also of what the ticket decodes to.</summary>
    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8:1234:5678::7")]
    public async Task Challenge_AsJson_DoesNotHoldTheAddress(string client)
    {
        var captcha = new LocalCaptcha();
        var context = LocalCaptcha.Context(client);
        var challenge = await captcha.IssueAsync(context);
        var key = new byte[ClientKey.Length];
        Assert.True(context.Client.TryWriteBytes(key));
        var address = key.AsSpan(client.Contains(':', StringComparison.Ordinal) ? 1 : 5).ToArray();
        Assert.DoesNotContain(client, challenge, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(address), challenge, StringComparison.Ordinal);
        var ticket = System.Buffers.Text.Base64Url.DecodeFromChars((string)JsonNode.Parse(challenge)!["parameters"]!["data"]!["ticket"]!);
        Assert.Equal(-1, ticket.AsSpan().IndexOf(address));
        Assert.Equal(-1, ticket.AsSpan().IndexOf(Encoding.ASCII.GetBytes("site.example")));
    }

    [Fact]
    public async Task Challenge_Twice_SharesNothing()
    {
        var captcha = new LocalCaptcha();
        var first = JsonNode.Parse(await captcha.IssueAsync())!["parameters"]!;
        var second = JsonNode.Parse(await captcha.IssueAsync())!["parameters"]!;
        Assert.All(["nonce", "salt", "keyPrefix", "keySignature"], name => Assert.NotEqual((string?)first[name], (string?)second[name]));
    }

    [Fact]
    public async Task Challenge_AfterRelapses_IsHarder()
    {
        var captcha = new LocalCaptcha();
        List<int> mosts = [];
        for (var relapse = 0; relapse < 10; relapse++)
        {
            var challenge = await captcha.IssueAsync();
            mosts.Add(MostOf(challenge));
            Assert.True((await captcha.VerifyAsync(AltchaSolver.Encode(captcha.SolveByTicket(challenge)))).IsSolved);
        }

        // The first solution is free, and the rise ends after three steps.
        Assert.Equal([1, 1, 2, 3, 4, 4, 4, 4, 4, 4], mosts.Select(DifficultyOf));
        Assert.Equal(Difficulty.BoundOf(1), MostOf(await captcha.IssueAsync(LocalCaptcha.Context("192.0.2.8"))));
        captcha.Clock.Advance(SolveCounter.Decay * (SolveCounter.Most + 1));
        Assert.Equal(Difficulty.BoundOf(1), MostOf(await captcha.IssueAsync()));
    }

    /// <summary>F7: of challenges that are set beforehand few are easy, each keeps the difficulty it was set with. However many a neighbour
    /// behind the same address holds, a visitor gets one, and it is no harder.</summary>
    [Fact]
    public async Task F7_ChallengeHeldOpen_IsHarderWithEachFew_UpToTheBound()
    {
        var captcha = new LocalCaptcha();
        List<string> hoard = [];
        for (var at = 0; at < SolveCounter.MostOpen; at++)
        {
            hoard.Add(await captcha.IssueAsync());
        }

        for (var more = 0; more < 1000; more++)
        {
            Assert.Equal(1 + SolveCounter.Most, DifficultyOf(MostOf(await captcha.IssueAsync())));
        }

        Assert.Equal([(1, 4), (2, 4), (3, 8), (4, 16)], hoard.CountBy(challenge => DifficultyOf(MostOf(challenge))).Select(count => (count.Key, count.Value)));
        Assert.Equal(hoard.Select(challenge => DifficultyOf(MostOf(challenge))), hoard.Select(challenge => captcha.TicketOf(challenge).Difficulty));
        Assert.Equal(1, DifficultyOf(MostOf(await captcha.IssueAsync(LocalCaptcha.Context("192.0.2.8")))));

        Assert.True((await captcha.VerifyAsync(AltchaSolver.Encode(captcha.SolveByTicket(hoard[0])))).IsSolved);
        Assert.Equal(4, DifficultyOf(MostOf(await captcha.IssueAsync())));
        captcha.Clock.Advance(ChallengeTicket.Lifetime);
        Assert.Equal(1, DifficultyOf(MostOf(await captcha.IssueAsync())));
    }

    [Fact]
    public async Task Verify_ChallengeEasierThanThePolicyAsksForNow_IsRefused()
    {
        var captcha = new LocalCaptcha();
        var solution = await captcha.IssueAndSolveAsync(LocalCaptcha.Context(difficulty: 2));
        Assert.Equal(default, await captcha.VerifyAsync(solution, LocalCaptcha.Context(difficulty: 3)));
        Assert.True((await captcha.VerifyAsync(solution, LocalCaptcha.Context(difficulty: 1))).IsSolved);
    }

    /// <summary>Sixty numbers of which none lies in the upper half: a chance of 1 in 10^18.</summary>
    [Fact]
    public async Task Challenge_ManyTimes_HidesNumbersFromAllOfTheRange()
    {
        var captcha = new LocalCaptcha();
        var counters = new List<uint>();
        for (var round = 0; round < 60; round++)
        {
            counters.Add(captcha.TicketOf(await captcha.IssueAsync(LocalCaptcha.Context($"192.0.2.{round}"))).Counter);
        }

        var most = (uint)Difficulty.BoundOf(1);
        Assert.All(counters, counter => Assert.InRange(counter, 0u, most - 1));
        Assert.InRange(counters.Max(), most / 2, most - 1);
        Assert.InRange(counters.Min(), 0u, most / 2);
    }

    [Fact]
    public void Widget_OfTheLocalCaptcha_NeedsNoForeignOrigin()
    {
        var widget = new LocalCaptcha().Provider.Widget;
        Assert.Equal("altcha", widget.Field);
        Assert.Null(widget.Script);
        Assert.Empty(widget.Origins);
    }

    private static int DifficultyOf(int most) => Enumerable.Range(1, Difficulty.Hardest).Single(difficulty => Difficulty.BoundOf(difficulty) == most);

    private static int MostOf(string challenge) => (int)JsonNode.Parse(challenge)!["parameters"]!["data"]!["most"]!;
}
