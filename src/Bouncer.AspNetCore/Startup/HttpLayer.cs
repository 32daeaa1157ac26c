using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Startup;

/// <summary>Marks services that have the web layer, and knows where in the pipeline <c>UseBouncer</c> was called.</summary>
internal sealed class HttpLayer
{
    private volatile int _uses;
    private volatile bool _isInMain;

    /// <summary>Whether <c>UseBouncer</c> was called.</summary>
    internal bool IsInPipeline => _uses > 0;

    /// <summary>Whether it was called more than once, so that a request may pass two.</summary>
    internal bool IsInPipelineTwice => _uses > 1;

    /// <summary>Whether every call was on a branch, so that some requests may pass none.</summary>
    internal bool IsInBranchesOnly => _uses > 0 && !_isInMain;

    /// <summary>The pipeline that the host builds; null before it does, which is when a <c>WebApplication</c>'s is described.</summary>
    internal IApplicationBuilder? Root { get; set; }

    /// <summary>Where the endpoints are from that <c>UseEndpoints</c> placed before the first <c>UseBouncer</c>: they are executed
    /// there, and no bouncer is asked.</summary>
    internal IReadOnlyList<EndpointDataSource> InFront { get; private set; } = [];

    internal void Use(IApplicationBuilder app)
    {
        if (Interlocked.Increment(ref _uses) == 1)
        {
            InFront = [.. (app.ApplicationServices.GetService<EndpointDataSource>() as CompositeEndpointDataSource)?.DataSources ?? []];
        }

        _isInMain |= !IsBranch(app);
    }

    /// <remarks>A branch is a new builder of the framework's own; a builder that wraps another one may be the whole pipeline.</remarks>
    private bool IsBranch(IApplicationBuilder app) => app is ApplicationBuilder && app != Root;
}
