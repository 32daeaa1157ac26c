using System.Security.Authentication;

namespace Bouncer.Connections;

/// <summary>A server's certificate is refused.</summary>
/// <param name="reasons">Why, each worded like "its certificate is for another host name".</param>
internal sealed class ServerRefusedException(params string[] reasons) : AuthenticationException(string.Join("; ", reasons));
