namespace Bouncer.AspNetCore;

/// <summary>What a provider says of a solution.</summary>
/// <param name="IsSolved">Whether it is right, for this client, this host and this action, and used for the first time. A solution
/// that is right shows that the provider works again after faults; one that is wrong does not, as it may need no check at all.</param>
/// <param name="IssuedAt">When the task was set, if the provider knows: what the client gains by the solution counts from then,
/// so that showing it twice, to another replica say, gains nothing.</param>
/// <param name="Fault">Why it could not be checked at all, in a word for logs; null if it could. The word <c>busy</c> means that
/// there was too much to check at once: that is not held against the provider.</param>
public readonly record struct CaptchaVerdict(bool IsSolved, DateTimeOffset? IssuedAt = null, string? Fault = null);
