namespace Bouncer.AspNetCore;

/// <summary>A provider's verdict on a solution.</summary>
/// <param name="IsSolved">Whether the solution is correct, for this client, host and action, and used for the first time. A correct
/// solution shows that the provider works again after faults; a wrong one does not, because it may be rejected without a call to
/// the service.</param>
/// <param name="IssuedAt">When the challenge was issued, if the provider knows: the resulting clearance counts from then, so that
/// showing a solution twice, for example to another replica, gains nothing.</param>
/// <param name="Fault">Why the solution could not be checked, in one word for logs; null if it could. The word <c>busy</c> means
/// too many checks at once, which does not count against the provider.</param>
public readonly record struct CaptchaVerdict(bool IsSolved, DateTimeOffset? IssuedAt = null, string? Fault = null);
