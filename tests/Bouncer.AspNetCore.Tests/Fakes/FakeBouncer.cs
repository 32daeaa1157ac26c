using System.Collections.Concurrent;
using System.Net;

namespace Bouncer.AspNetCore.Tests.Fakes;

/// <summary>Judges by a list; keeps what it was asked.</summary>
internal sealed class FakeBouncer : IBouncer
{
    /// <summary>What is stronger than a ban.</summary>
    internal static readonly Remediation Strongest = new("strongest");

    private static readonly Remediation[] Order =
        [Remediation.None, Remediation.Throttle, new("tarpit"), Remediation.Captcha, Remediation.Mfa, Remediation.Ban, Strongest];

    private readonly ConcurrentDictionary<string, BouncerVerdict[]> _verdicts = new();

    private readonly ConcurrentDictionary<(DecisionScope Scope, string Value), BouncerVerdict[]> _values = new();

    public ConcurrentQueue<IPAddress?> Asked { get; } = new();

    /// <summary>The verdict on everybody who is not on the list.</summary>
    public BouncerVerdict Others { get; set; }

    public Func<Task>? Delay { get; set; }

    /// <summary>What is as strong as a name that is not known.</summary>
    public Remediation Fallback { get; init; }

    /// <summary>Whether answers cannot be kept: what is decided is known by the verdict alone.</summary>
    public bool IsForgetful { get; init; }

    public BouncerStatus Status { get; init; } = new() { IsReady = true };

    public FakeBouncer Ban(string address) => Decide(address, Remediation.Ban);

    public FakeBouncer Decide(string address, Remediation remediation) => Decide(address, VerdictOf(remediation));

    /// <summary>Has several decisions on an address.</summary>
    public FakeBouncer Decide(string address, params BouncerVerdict[] verdicts)
    {
        _verdicts[address] = [.. verdicts.OrderByDescending(verdict => SeverityOf(verdict.Remediation))];
        return this;
    }

    public FakeBouncer Release(string address)
    {
        _verdicts.TryRemove(address, out _);
        return this;
    }

    /// <summary>Decides on a value that is no address.</summary>
    public FakeBouncer Decide(DecisionScope scope, string value, params BouncerVerdict[] verdicts)
    {
        _values[(scope, value)] = [.. verdicts.OrderByDescending(verdict => SeverityOf(verdict.Remediation))];
        return this;
    }

    public FakeBouncer Decide(DecisionScope scope, string value, Remediation remediation) => Decide(scope, value, VerdictOf(remediation));

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

    public IReadOnlyList<BouncerVerdict> CheckAll(DecisionScope scope, string value) => _values.GetValueOrDefault((scope, value), []);

    private static async ValueTask<BouncerVerdict> CheckSlowlyAsync(Func<Task> delay, BouncerVerdict verdict)
    {
        await delay();
        return verdict;
    }

    public ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default)
    {
        Asked.Enqueue(address);
        var verdict = address is null ? new BouncerVerdict(default, null, VerdictSource.Unresolved)
            : Find(address) is [var strongest, ..] ? strongest
            : Others;
        return Delay is { } delay ? CheckSlowlyAsync(delay, verdict) : new(verdict);
    }

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address) => IsForgetful ? [] : Find(address);

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address, BouncerVerdict verdict) => verdict.Decision is null && IsForgetful ? [] : Find(address);

    private BouncerVerdict[] Find(IPAddress? address)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return _verdicts.GetValueOrDefault(plain?.ToString() ?? "", []);
    }

    public int SeverityOf(Remediation remediation) => Array.IndexOf(Order, remediation) is var known and >= 0 ? known : Array.IndexOf(Order, Fallback);
}
