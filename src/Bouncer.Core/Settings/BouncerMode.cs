namespace Bouncer;

/// <summary>How decisions are learnt.</summary>
public enum BouncerMode
{
    /// <summary>All decisions are held in memory and kept in step by polling. No visitor's address leaves the process.</summary>
    Stream = 0,

    /// <summary>LAPI is asked about each unknown address; answers are cached for a while. LAPI sees visitors' addresses.</summary>
    Live,
}
