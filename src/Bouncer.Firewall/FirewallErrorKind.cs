namespace Bouncer.Firewall;

/// <summary>Why a firewall could not be read or written.</summary>
public enum FirewallErrorKind
{
    /// <summary>The firewall reported any other error.</summary>
    Failed,

    /// <summary>Another program changed the rules while they were written.</summary>
    Changed,

    /// <summary>The firewall, or the program that writes its rules, does not exist.</summary>
    Missing,

    /// <summary>The program that writes the rules is too old.</summary>
    TooOld,

    /// <summary>This process may not change the firewall.</summary>
    Forbidden,

    /// <summary>The firewall did not answer in time.</summary>
    TimedOut,

    /// <summary>The firewall is switched off, so rules have no effect.</summary>
    SwitchedOff,

    /// <summary>A policy of the system prevents rules from having an effect.</summary>
    Overridden,
}
