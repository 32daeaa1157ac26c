namespace Bouncer.AspNetCore;

/// <summary>What the bouncer found out about a request. Present on every request that was checked; absent where the request did
/// not pass the bouncer or its endpoint is exempt.</summary>
public interface IBouncerFeature
{
    /// <summary>The verdict on the client.</summary>
    BouncerVerdict Verdict { get; }

    /// <summary>What is done, after the policy and the hook; in a dry run, what would have been done.</summary>
    Remediation Remediation { get; }

    /// <summary>The policy applied; null for the default one.</summary>
    string? PolicyName { get; }

    /// <summary>Whether the policy records and refuses nothing.</summary>
    bool IsDryRun { get; }
}
