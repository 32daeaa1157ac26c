namespace Bouncer.Lapi;

/// <summary>A call to LAPI that failed. The message is a sentence for the operator, without key, client address or body.</summary>
internal sealed class LapiException : Exception
{
    internal LapiException(LapiErrorKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    internal LapiErrorKind Kind { get; }

    /// <summary>How long LAPI asked to wait; null if it did not.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
