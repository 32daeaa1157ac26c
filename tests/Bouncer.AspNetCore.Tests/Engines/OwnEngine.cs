using System.Net;

namespace Bouncer.AspNetCore.Tests.Engines;

/// <summary>An engine of the application's own, around the real one.</summary>
internal sealed class OwnEngine(IBouncer inner) : IBouncer
{
    private int _checks;

    internal int Checks => Volatile.Read(ref _checks);

    /// <summary>Called with the number of each check; what it throws, the check throws.</summary>
    internal Action<int>? OnCheck { get; set; }

    public BouncerStatus Status => inner.Status;

    public ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default)
    {
        var number = Interlocked.Increment(ref _checks);
        OnCheck?.Invoke(number);
        return inner.CheckAsync(address, cancellationToken);
    }

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address) => inner.CheckAll(address);

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address, BouncerVerdict verdict) => inner.CheckAll(address, verdict);

    public bool HasDecisions(DecisionScope scope) => inner.HasDecisions(scope);

    public IReadOnlyList<BouncerVerdict> CheckAll(DecisionScope scope, string value) => inner.CheckAll(scope, value);

    public BouncerExplanation Explain(IPAddress? address) => inner.Explain(address);

    public BouncerExplanation Explain(DecisionScope scope, string value) => inner.Explain(scope, value);

    public int SeverityOf(Remediation remediation) => inner.SeverityOf(remediation);
}
