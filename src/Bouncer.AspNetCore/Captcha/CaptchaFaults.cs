namespace Bouncer.AspNetCore.Captcha;

/// <summary>Words for why a solution could not be checked that have a meaning of their own.</summary>
internal static class CaptchaFaults
{
    /// <summary>Too much at once here, for which no provider is to blame.</summary>
    internal const string Busy = "busy";

    /// <summary>A service has more to check than it wants (429): whether visitors are the cause, only a time without them tells.</summary>
    internal const string Limited = "status_429";

    /// <summary>The provider is left alone, as it failed our probes.</summary>
    internal const string Open = "circuit_open";
}
