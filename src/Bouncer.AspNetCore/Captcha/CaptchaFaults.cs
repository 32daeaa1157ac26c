namespace Bouncer.AspNetCore.Captcha;

/// <summary>Words for why a solution could not be checked that have a meaning of their own.</summary>
internal static class CaptchaFaults
{
    /// <summary>Too much at once here, for which no provider is to blame.</summary>
    internal const string Busy = "busy";

    /// <summary>The provider is left alone, as it failed our probes.</summary>
    internal const string Open = "circuit_open";
}
