using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Checks the complete application: its pipeline must have a bouncer in the right place, and its endpoints must name
/// policies that are defined. One exception lists all errors.</summary>
internal sealed class PipelineCheck(
    BouncerMarkerService marker,
    ProxyTrustCheck proxies,
    UncheckedRequestMonitor uncheckedRequests,
    ForwardedWalk walk,
    ClearanceKeys keys,
    IOptions<BouncerOptions> options,
    KnownProxies known,
    EndpointPolicyCheck endpoints,
    ILogger<PipelineCheck> logger)
{
    private int _hasRun;

    /// <exception cref="InvalidOperationException">There are errors; the message lists them all.</exception>
    internal void Run()
    {
        List<string> errors = [];
        if (!marker.IsInPipeline)
        {
            errors.Add("AddBouncer was called, but the pipeline has no bouncer, so every client would pass: call app.UseBouncer(), or AddBouncerCore instead of AddBouncer if only IBouncer is needed.");
        }

        if (marker.IsInBranchesOnly && !walk.IsInFront && known.AreUsed)
        {
            errors.Add("UseBouncer is called only in branches of the pipeline, and ForwardedHeaders are in use. The bouncer finds clients instead of that middleware, so outside the branches every client would appear as the proxy: call builder.Services.AddBouncer(), which finds clients for the whole pipeline.");
        }

        endpoints.Check(errors);
        if (errors.Count > 0)
        {
            throw new InvalidOperationException("The bouncer cannot start:" + string.Concat(errors.Distinct().Select(error => "\n- " + error)));
        }

        if (Interlocked.Exchange(ref _hasRun, 1) == 0)
        {
            endpoints.Follow();
            if (!RequestedScopes.HaveAddresses(options.Value))
            {
                logger.NoAddressScope(string.Join(", ", options.Value.Sync.Scopes!));
            }
        }

        proxies.Run();
        uncheckedRequests.LookAtEndpoints();
        keys.Check();
    }
}
