namespace Bouncer.AspNetCore.Startup;

/// <summary>Marks services that have the web layer.</summary>
internal sealed class HttpLayer;
