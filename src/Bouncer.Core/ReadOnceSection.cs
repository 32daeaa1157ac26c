namespace Bouncer;

/// <summary>For adapters: a part of the bouncer's section that is read once. Registered as a singleton, a change of it while the
/// application runs is logged as one that waits for a restart.</summary>
/// <param name="Path">The key below the section, such as <c>Firewall</c> or <c>Http:PathPrefix</c>.</param>
public sealed record ReadOnceSection(string Path);
