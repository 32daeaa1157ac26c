namespace Bouncer.Firewall;

/// <summary>The firewall could not be read or written. The message says what to do and contains no visitor's address.</summary>
public sealed class FirewallException : Exception
{
    /// <summary>Initializes an exception.</summary>
    /// <param name="kind">The reason.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The exception that caused it, if any.</param>
    public FirewallException(FirewallErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>The reason.</summary>
    public FirewallErrorKind Kind { get; }
}
