using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Marks services that have the web layer, and knows where in the pipeline <c>UseBouncer</c> was called.</summary>
/// <param name="services">The application's own provider, from whichever of its scopes this is asked for.</param>
internal sealed class BouncerMarkerService(IServiceProvider services)
{
    private readonly Lock _gate = new();
    private readonly HashSet<IApplicationBuilder> _openBranches = [];
    private readonly HashSet<EndpointDataSource> _placed = [];
    private readonly List<EndpointDataSource> _inFront = [];
    private volatile int _uses;
    private volatile bool _isInMain;

    /// <summary>The application's own provider.</summary>
    internal IServiceProvider Services => services;

    /// <summary>Whether <c>UseBouncer</c> was called.</summary>
    internal bool IsInPipeline => _uses > 0;

    /// <summary>Whether it was called more than once, so that a request may pass two.</summary>
    internal bool IsInPipelineTwice => _uses > 1;

    /// <summary>Whether every call was on a branch, so that some requests may pass none.</summary>
    internal bool IsInBranchesOnly => _uses > 0 && !_isInMain;

    /// <summary>The pipeline that the host builds; null before it does, which is when a <c>WebApplication</c>'s is described.</summary>
    internal IApplicationBuilder? Root { get; set; }

    /// <summary>Where the endpoints are from that <c>UseEndpoints</c> placed before the first <c>UseBouncer</c> of the whole
    /// pipeline, and not in a branch behind one of its own: they are executed there, and no bouncer is asked.</summary>
    internal IReadOnlyList<EndpointDataSource> InFront => _inFront;

    /// <summary>Notes a call of <c>UseBouncer</c>.</summary>
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

    /// <summary>Notes that a pipeline with a bouncer is complete: what is placed from now on is not in it.</summary>
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

    /// <summary>Whether a pipeline is one that a host builds, and not a branch of it: a branch has its properties over those of
    /// another builder.</summary>
    internal static bool IsWhole(IApplicationBuilder app) => app is ApplicationBuilder { Properties: Dictionary<string, object?> };

    /// <remarks>A branch is a new builder of the framework's own; a builder that wraps another one may be the whole pipeline.</remarks>
    private bool IsBranch(IApplicationBuilder app) => app is ApplicationBuilder && app != Root && !IsWhole(app);
}
