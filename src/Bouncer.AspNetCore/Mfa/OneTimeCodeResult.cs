namespace Bouncer.AspNetCore;

/// <summary>What came of a one-time code.</summary>
/// <param name="IsAccepted">Whether it is right and was used for the first time.</param>
/// <param name="RetryAfter">How long no code is looked at, after too many wrong ones; else null.</param>
public readonly record struct OneTimeCodeResult(bool IsAccepted, TimeSpan? RetryAfter = null);
