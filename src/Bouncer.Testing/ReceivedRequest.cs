namespace Bouncer.Testing;

/// <summary>A request that came in, kept so that a test can ask what a bouncer really sent.</summary>
/// <param name="Method">GET, HEAD, POST.</param>
/// <param name="PathAndQuery">As sent, escapes included.</param>
/// <param name="UserAgent">Empty when none was sent.</param>
/// <param name="Status">What was answered; 0 while the answer is being made.</param>
/// <param name="Body">The text of an accepted usage-metrics post, else null.</param>
public sealed record ReceivedRequest(string Method, string PathAndQuery, string UserAgent, int Status, string? Body);
