namespace Bouncer.AspNetCore;

/// <summary>The bouncer's result for a request. Present on every request that was checked; absent if the request did not pass the
/// bouncer or its endpoint is exempt.</summary>
public interface IBouncerFeature
{
    /// <summary>The verdict on the client.</summary>
    BouncerVerdict Verdict { get; }

    /// <summary>The remediation that is applied, after the policy and the hook; in a dry run, the one that would have been
    /// applied.</summary>
    Remediation Remediation { get; }

    /// <summary>The policy that was applied; null for the default one.</summary>
    string? PolicyName { get; }

    /// <summary>Whether the policy only records, and refuses nothing.</summary>
    bool IsDryRun { get; }
}
