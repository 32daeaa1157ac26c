using System.Collections.Concurrent;
using System.Net;

namespace Bouncer.AspNetCore.Tests.Fakes;

/// <summary>Judges by a list; keeps what it was asked.</summary>
internal sealed class FakeBouncer : IBouncer
{
    private readonly ConcurrentDictionary<string, BouncerVerdict> _verdicts = new();

    private readonly ConcurrentDictionary<(DecisionScope Scope, string Value), BouncerVerdict> _values = new();

    public ConcurrentQueue<IPAddress?> Asked { get; } = new();

    /// <summary>The verdict on everybody who is not on the list.</summary>
    public BouncerVerdict Others { get; set; }

    public Func<Task>? Delay { get; set; }

    public BouncerStatus Status { get; init; } = new() { IsReady = true };

    public FakeBouncer Ban(string address) => Decide(address, Remediation.Ban);

    public FakeBouncer Decide(string address, Remediation remediation)
    {
        _verdicts[address] = VerdictOf(remediation);
        return this;
    }

    public FakeBouncer Decide(string address, BouncerVerdict verdict)
    {
        _verdicts[address] = verdict;
        return this;
    }

    /// <summary>Decides on a value that is no address.</summary>
    public FakeBouncer Decide(DecisionScope scope, string value, Remediation remediation, long id = 1)
    {
        _values[(scope, value)] = VerdictOf(remediation, id);
        return this;
    }

    public static BouncerVerdict VerdictOf(Remediation remediation, long id = 1, DateTimeOffset? expiresAt = null) => new(
        remediation,
        new Decision
        {
            Id = id,
            Value = "192.0.2.0",
            Remediation = remediation,
            Origin = "cscli",
            Scenario = "<script>scenario</script>",
            ExpiresAt = expiresAt ?? TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(4),
        },
        VerdictSource.Store);

    public bool HasDecisions(DecisionScope scope) => _values.Keys.Any(key => key.Scope == scope);

    public BouncerVerdict Check(DecisionScope scope, string value) => _values.GetValueOrDefault((scope, value));

    public int SeverityOf(Remediation remediation) => remediation.Name switch
    {
        "none" => 0,
        "throttle" => 100,
        "captcha" => 200,
        "mfa" => 300,
        _ => 1000,
    };

    private static async ValueTask<BouncerVerdict> CheckSlowlyAsync(Func<Task> delay, BouncerVerdict verdict)
    {
        await delay();
        return verdict;
    }

    public ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default)
    {
        Asked.Enqueue(address);
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        var verdict = plain is null ? new BouncerVerdict(default, null, VerdictSource.Unresolved)
            : _verdicts.TryGetValue(plain.ToString(), out var listed) ? listed
            : Others;
        return Delay is { } delay ? CheckSlowlyAsync(delay, verdict) : new(verdict);
    }
}
