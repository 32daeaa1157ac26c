namespace Bouncer.Testing;

/// <summary>The state of a bouncer; a copy from the time of the call.</summary>
/// <param name="Name">Its name; <c>name@address</c> for one that the newest dialect created for an additional address.</param>
/// <param name="Address">The address from which it calls; null before its first call.</param>
/// <param name="LastPull">The start of its next delta; null if that contains everything.</param>
/// <param name="UserAgent">The user agent of its last request.</param>
public sealed record RegisteredBouncer(string Name, string? Address, DateTimeOffset? LastPull, string? UserAgent);
