namespace Bouncer.Firewall.Blocking;

/// <summary>The end of a network's block, and the decision that causes it.</summary>
/// <param name="End">On the monotonic clock, <see cref="FirewallClock.Now"/>; the latest end of all decisions on the
/// network.</param>
/// <param name="Origin">The origin of the decision with that end.</param>
/// <param name="Decision">The id of that decision; later decisions have larger ids.</param>
internal readonly record struct Block(TimeSpan End, string Origin, long Decision = 0);
