namespace Bouncer.AspNetCore.Tests.Engines;

/// <summary>Verdicts for what is tested without a request.</summary>
internal static class Verdicts
{
    internal static BouncerVerdict Of(Remediation remediation, long id = 1, DateTimeOffset? expiresAt = null) => new(
        remediation,
        new Decision
        {
            Id = id,
            Value = "192.0.2.0",
            Remediation = remediation,
            Origin = "cscli",
            ExpiresAt = expiresAt ?? TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(4),
        },
        VerdictSource.Store);
}
