using System.Net;

namespace Bouncer.AspNetCore.Tests.Fakes;

/// <summary>One verdict on everybody.</summary>
internal sealed class StubBouncer(BouncerVerdict verdict) : IBouncer
{
    public BouncerStatus Status { get; } = new() { IsReady = true };

    public ValueTask<BouncerVerdict> CheckAsync(IPAddress? address, CancellationToken cancellationToken = default) => new(verdict);

    public IReadOnlyList<BouncerVerdict> CheckAll(IPAddress? address) => verdict.Decision is null ? [] : [verdict];

    public int SeverityOf(Remediation remediation) => remediation.IsNone ? 0 : 1;
}
