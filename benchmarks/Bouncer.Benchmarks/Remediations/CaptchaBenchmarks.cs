using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.Captcha.Local;
using Bouncer.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Bouncer.Benchmarks.Remediations;

/// <summary>What the local captcha costs the server: to set, to check, and to refuse what is forged. One try is what a solver
/// pays for each of the hundreds or thousands of numbers it goes through.</summary>
[MemoryDiagnoser]
public class CaptchaBenchmarks
{
    private readonly CaptchaContext _context =
        new(new DefaultHttpContext(), ClientKey.Of(new IPAddress([192, 0, 2, 7])), "site.example", "default", Difficulty: 3);

    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(ChallengeParameters.NonceLength);
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(ChallengeParameters.SaltLength);
    private readonly byte[] _key = new byte[ChallengeParameters.KeyLength];
    private readonly SolveCounter _relapses = new(new GcraRateLimiter(TimeProvider.System));
    private readonly ChallengeIssuer _issuer;
    private readonly SolutionVerifier _verifier;
    private readonly string _right;
    private readonly string _forgedSignature;
    private readonly string _forgedTicket;
    private readonly string _noJson = Convert.ToBase64String(new byte[12 * 1024]);

    public CaptchaBenchmarks()
    {
        var seal = new ChallengeSeal(new EphemeralDataProtectionProvider());
        _issuer = new ChallengeIssuer(seal, TimeProvider.System);

        // A challenge of the run's first moment stays good to the run's last.
        _verifier = new SolutionVerifier(seal, new Moment(TimeProvider.System.GetUtcNow()));
        var payload = ChallengeSolver.Solve(_issuer.Issue(_context, Difficulty.Easiest));
        _right = ChallengeSolver.Encode(payload);
        _forgedSignature = Forge(payload, static challenge => challenge["signature"] = new string('0', 64));
        _forgedTicket = Forge(payload, static challenge =>
        {
            var data = challenge["parameters"]!["data"]!;
            var ticket = (string)data["ticket"]!;
            data["ticket"] = ticket[..100] + (ticket[100] == 'A' ? 'B' : 'A') + ticket[101..];
        });
    }

    [Benchmark(Baseline = true)]
    public byte OneTry()
    {
        ChallengeIssuer.Derive(_nonce, _salt, 1, _key);
        return _key[0];
    }

    [Benchmark]
    public string Issue() => _issuer.Issue(_context, _context.Difficulty + _relapses.CountOf(_context.Client));

    [Benchmark]
    public bool VerifyRight() => _verifier.Verify(_context, _right) is not null;

    [Benchmark]
    public bool VerifyForgedSignature() => _verifier.Verify(_context, _forgedSignature) is not null;

    [Benchmark]
    public bool VerifyForgedTicket() => _verifier.Verify(_context, _forgedTicket) is not null;

    [Benchmark]
    public bool VerifySixteenKilobytes() => _verifier.Verify(_context, _noJson) is not null;

    private static string Forge(JsonObject payload, Action<JsonNode> change)
    {
        var copy = payload.DeepClone().AsObject();
        change(copy["challenge"]!);
        return ChallengeSolver.Encode(copy);
    }

    private sealed class Moment(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
