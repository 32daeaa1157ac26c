namespace Bouncer.AspNetCore.Telemetry;

/// <summary>The outcome of a remediation: the tag <c>bouncer.outcome</c>.</summary>
internal static class Outcome
{
    internal const string Handled = "handled";
    internal const string Continued = "continued";
    internal const string Cleared = "cleared";
    internal const string DryRun = "dry_run";
    internal const string HandlerError = "handler_error";
    internal const string Aborted = "aborted";
    internal const string NotReady = "not_ready";
}
