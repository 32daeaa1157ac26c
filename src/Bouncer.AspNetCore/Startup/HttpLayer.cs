namespace Bouncer.AspNetCore.Startup;

/// <summary>Marks services that have the web layer.</summary>
internal sealed class HttpLayer
{
    /// <summary>Whether <c>UseBouncer</c> was called.</summary>
    internal bool IsInPipeline { get; set; }
}
