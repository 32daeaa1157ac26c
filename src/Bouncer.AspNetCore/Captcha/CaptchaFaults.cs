namespace Bouncer.AspNetCore.Captcha;

/// <summary>The faults with special handling among the reasons why a solution could not be checked.</summary>
internal static class CaptchaFaults
{
    /// <summary>Too many checks at once in this process; not the provider's fault.</summary>
    internal const string Busy = "busy";

    /// <summary>A service is asked to check too much (429): only a time without visitors' checks shows whether they are the
    /// cause.</summary>
    internal const string Limited = "status_429";

    /// <summary>The provider is not called, because it failed the probes.</summary>
    internal const string Open = "circuit_open";
}
