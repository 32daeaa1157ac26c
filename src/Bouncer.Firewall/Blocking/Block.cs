namespace Bouncer.Firewall.Blocking;

/// <summary>How long a network is blocked, and by which decision.</summary>
/// <param name="End">On the monotonic clock, <see cref="FirewallClock.Now"/>; the latest end of all decisions on the network.</param>
/// <param name="Origin">Who decided that one.</param>
/// <param name="Decision">LAPI's number of that one: later ones have higher numbers.</param>
internal readonly record struct Block(TimeSpan End, string Origin, long Decision = 0);
