namespace Bouncer.Testing;

/// <summary>A received request, recorded so that a test can check what a bouncer sent.</summary>
/// <param name="Method">GET, HEAD, POST.</param>
/// <param name="PathAndQuery">As sent, escapes included.</param>
/// <param name="UserAgent">The user agent; empty if none was sent.</param>
/// <param name="Status">The status of the answer; 0 until there is one.</param>
/// <param name="Body">The text of an accepted usage-metrics request; otherwise null.</param>
public sealed record ReceivedRequest(string Method, string PathAndQuery, string UserAgent, int Status, string? Body);
