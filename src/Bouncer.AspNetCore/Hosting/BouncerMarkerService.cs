using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Marks services that have the web layer, and records where in the pipeline <c>UseBouncer</c> was called.</summary>
/// <param name="services">The application's root provider, even if a scope resolves this service.</param>
internal sealed class BouncerMarkerService(IServiceProvider services)
{
    private readonly Lock _gate = new();
    private readonly HashSet<IApplicationBuilder> _openBranches = [];
    private readonly HashSet<EndpointDataSource> _placed = [];
    private readonly List<EndpointDataSource> _inFront = [];
    private volatile int _uses;
    private volatile bool _isInMain;

    /// <summary>The application's root provider.</summary>
    internal IServiceProvider Services => services;

    /// <summary>Whether <c>UseBouncer</c> was called.</summary>
    internal bool IsInPipeline => _uses > 0;

    /// <summary>Whether it was called more than once, so that a request may pass two bouncers.</summary>
    internal bool IsInPipelineTwice => _uses > 1;

    /// <summary>Whether every call was on a branch, so that some requests may pass no bouncer.</summary>
    internal bool IsInBranchesOnly => _uses > 0 && !_isInMain;

    /// <summary>The pipeline that the host builds; null until then, which is when that of a <c>WebApplication</c> is
    /// configured.</summary>
    internal IApplicationBuilder? Root { get; set; }

    /// <summary>The sources of the endpoints that <c>UseEndpoints</c> placed before the first <c>UseBouncer</c> of the whole
    /// pipeline, except in a branch after a bouncer of its own: they are executed there without a check.</summary>
    internal IReadOnlyList<EndpointDataSource> InFront => _inFront;

    /// <summary>Records a call of <c>UseBouncer</c>.</summary>
    internal void Use(IApplicationBuilder app)
    {
        lock (_gate)
        {
            LookAtNewEndpoints();
            _uses++;
            if (!IsBranch(app))
            {
                _isInMain = true;
            }
            else if (!_isInMain)
            {
                _openBranches.Add(app);
            }
        }
    }

    /// <summary>Records that a pipeline with a bouncer is complete: what is added later is not in it.</summary>
    internal void Close(IApplicationBuilder app)
    {
        lock (_gate)
        {
            LookAtNewEndpoints();
            _openBranches.Remove(app);
        }
    }

    private void LookAtNewEndpoints()
    {
        if (_isInMain)
        {
            return;
        }

        foreach (var source in (services.GetService<EndpointDataSource>() as CompositeEndpointDataSource)?.DataSources ?? [])
        {
            if (_placed.Add(source) && _openBranches.Count == 0)
            {
                _inFront.Add(source);
            }
        }
    }

    /// <summary>Whether a pipeline is one that a host builds, and not a branch of it: a branch layers its properties over those
    /// of another builder.</summary>
    internal static bool IsWhole(IApplicationBuilder app) => app is ApplicationBuilder { Properties: Dictionary<string, object?> };

    /// <remarks>A branch is a new builder of the framework's own type; a builder that wraps another may be the whole
    /// pipeline.</remarks>
    private bool IsBranch(IApplicationBuilder app) => app is ApplicationBuilder && app != Root && !IsWhole(app);
}
