namespace Bouncer.AspNetCore;

/// <summary>The result of the check of a one-time code.</summary>
/// <param name="IsAccepted">Whether it is correct and was used for the first time.</param>
/// <param name="RetryAfter">How long no code is checked, after too many wrong ones; otherwise null.</param>
public readonly record struct OneTimeCodeResult(bool IsAccepted, TimeSpan? RetryAfter = null);
