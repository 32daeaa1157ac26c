namespace Bouncer.Firewall;

/// <summary>The firewall could not be read or written. The message says what to do, and holds no visitor's address.</summary>
public sealed class FirewallException : Exception
{
    /// <summary>Describes a failure.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What caused it, if an exception did.</param>
    public FirewallException(FirewallErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>Why.</summary>
    public FirewallErrorKind Kind { get; }
}
