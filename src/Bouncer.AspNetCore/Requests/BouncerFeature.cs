namespace Bouncer.AspNetCore.Requests;

internal sealed class BouncerFeature : IBouncerFeature
{
    public required BouncerVerdict Verdict { get; init; }

    public required Remediation Remediation { get; init; }

    public required string? PolicyName { get; init; }

    public bool IsDryRun { get; init; }
}
