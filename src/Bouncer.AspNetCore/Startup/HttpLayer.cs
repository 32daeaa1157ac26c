namespace Bouncer.AspNetCore.Startup;

/// <summary>Marks services that have the web layer.</summary>
internal sealed class HttpLayer
{
    private volatile int _uses;

    /// <summary>Whether <c>UseBouncer</c> was called.</summary>
    internal bool IsInPipeline => _uses > 0;

    /// <summary>Whether it was called more than once, so that a request may pass two.</summary>
    internal bool IsInPipelineTwice => _uses > 1;

    internal void Use() => Interlocked.Increment(ref _uses);
}
