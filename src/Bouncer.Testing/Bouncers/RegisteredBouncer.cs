namespace Bouncer.Testing;

/// <summary>What is known of a bouncer; a copy, taken when asked.</summary>
/// <param name="Name">Its name; <c>name@address</c> for one the newest dialect made for a further address.</param>
/// <param name="Address">Where it calls from; null before its first call.</param>
/// <param name="LastPull">Where its next delta starts; null gives everything.</param>
/// <param name="UserAgent">As it was last sent.</param>
public sealed record RegisteredBouncer(string Name, string? Address, DateTimeOffset? LastPull, string? UserAgent);
