namespace Bouncer.AspNetCore.Telemetry;

/// <summary>The outcome of a challenge: the tag <c>bouncer.outcome</c>.</summary>
internal static class ChallengeOutcome
{
    internal const string Issued = "issued";
    internal const string Solved = "solved";
    internal const string Failed = "failed";
    internal const string Fault = "fault";
}
