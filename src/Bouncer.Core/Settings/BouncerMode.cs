namespace Bouncer;

/// <summary>How decisions reach this process.</summary>
public enum BouncerMode
{
    /// <summary>All decisions are held in memory and kept up to date by polling. No visitor's address leaves the process.</summary>
    Stream = 0,

    /// <summary>LAPI is queried for each unknown address, and answers are cached. LAPI sees visitors' addresses.</summary>
    Live,

    /// <summary>Decisions are not used, so no LAPI is needed. Trusted networks and, in a web application, AppSec are not affected:
    /// with AppSec, requests are inspected by it alone.</summary>
    Off,
}
