using System.Net;
using System.Text.Json.Nodes;
using Bouncer.AspNetCore.Captcha.Local;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bouncer.AspNetCore.Tests.Captcha.Local;

/// <summary>One replica's local captcha, on a key ring and a store that others may share.</summary>
internal sealed class LocalCaptcha
{
    internal static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    internal LocalCaptcha(IDataProtectionProvider? keys = null, IChallengeReplayStore? spent = null, TestClock? clock = null)
    {
        Keys = keys ?? new EphemeralDataProtectionProvider();
        Clock = clock ?? new TestClock(Start);
        Spent = spent ?? new ChallengeReplayStore(Clock, NullLogger<ChallengeReplayStore>.Instance);
        Seal = new ChallengeSeal(Keys);
        Provider = new LocalCaptchaProvider(new ChallengeIssuer(Seal, Clock), new SolutionVerifier(Seal, Clock), Relapses = new SolveCounter(new GcraRateLimiter(Clock)), Spent);
    }

    internal IDataProtectionProvider Keys { get; }

    internal TestClock Clock { get; }

    internal IChallengeReplayStore Spent { get; }

    internal SolveCounter Relapses { get; }

    internal ChallengeSeal Seal { get; }

    internal LocalCaptchaProvider Provider { get; }

    internal static CaptchaContext Context(string client = "192.0.2.7", string host = "site.example", string action = "default", int difficulty = 1) =>
        new(new DefaultHttpContext(), ClientKey.Of(IPAddress.Parse(client)), host, action, difficulty);

    internal async Task<string> IssueAsync(CaptchaContext? context = null) =>
        (await Provider.ChallengeAsync(context ?? Context(), TestContext.Current.CancellationToken))!;

    internal async Task<string> IssueAndSolveAsync(CaptchaContext? context = null) => AltchaSolver.Encode(SolveByTicket(await IssueAsync(context)));

    /// <summary>The right solution at once, by the server's own notes: most tests are not about the work.</summary>
    internal JsonObject SolveByTicket(string challenge)
    {
        var parameters = JsonNode.Parse(challenge)!["parameters"]!;
        var counter = TicketOf(challenge).Counter;
        var key = new byte[ChallengeParameters.KeyLength];
        ChallengeIssuer.Derive(Convert.FromHexString((string)parameters["nonce"]!), Convert.FromHexString((string)parameters["salt"]!), counter, key);
        return AltchaSolver.Payload(challenge, counter, Convert.ToHexStringLower(key));
    }

    internal ChallengeTicket TicketOf(string challenge) => Seal.Open((string)JsonNode.Parse(challenge)!["parameters"]!["data"]!["ticket"]!)!;

    internal async Task<CaptchaVerdict> VerifyAsync(string solution, CaptchaContext? context = null) =>
        await Provider.VerifyAsync(context ?? Context(), solution, TestContext.Current.CancellationToken);
}
