using System.Collections.Concurrent;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Finds what only the finished application can show: policies nobody defined, endpoints
/// that count on a middleware that is not there. All of it goes into one exception.</summary>
internal sealed class PipelineCheck(
    BouncerMarkerService layer,
    HttpSettingsProvider settings,
    ProxyTrustCheck proxies,
    PipelineMonitor watch,
    UncheckedRequestMonitor passBy,
    ForwardedWalk walk,
    ClearanceKeys keys,
    IOptions<BouncerOptions> options,
    KnownProxies known,
    ILogger<PipelineCheck> logger,
    EndpointDataSource? endpoints = null)
{
    private readonly ConcurrentDictionary<string, bool> _gone = new(StringComparer.OrdinalIgnoreCase);
    private int _hasRun;

    /// <exception cref="InvalidOperationException">Something is wrong; the message lists all of it.</exception>
    internal void Run()
    {
        List<string> errors = [];
        if (!layer.IsInPipeline)
        {
            errors.Add("AddBouncer was called, but the pipeline has no bouncer, so every client would pass: call app.UseBouncer(), or AddBouncerCore instead of AddBouncer where only IBouncer is wanted.");
        }

        if (layer.IsInBranchesOnly && !walk.IsInFront && known.AreUsed)
        {
            errors.Add("UseBouncer stands only in branches of the pipeline, and ForwardedHeaders are in use. The bouncer finds clients in place of those, so outside of the branches every client would be the proxy: call builder.Services.AddBouncer(), which has clients found for the whole pipeline.");
        }

        var policies = settings.Current.Policies;
        CheckEndpoints(policies, errors);
        if (errors.Count > 0)
        {
            throw new InvalidOperationException("The bouncer cannot start:" + string.Concat(errors.Distinct().Select(error => "\n- " + error)));
        }

        if (Interlocked.Exchange(ref _hasRun, 1) == 0)
        {
            settings.Changed += LookForGone;
            if (!AskedScopes.HaveAddresses(options.Value))
            {
                logger.NoAddressScope(string.Join(", ", options.Value.Sync.Scopes!));
            }
        }

        proxies.Run();
        passBy.LookAtEndpoints();
        keys.Check();
    }

    /// <summary>Looks for policies that a reload took away and endpoints still name.</summary>
    private void LookForGone()
    {
        var policies = settings.Current.Policies;
        foreach (var endpoint in endpoints?.Endpoints ?? [])
        {
            if (policies.MetadataOf(endpoint) is { Bypass: false, PolicyName: { } name } && !policies.TryGet(name, out _) && _gone.TryAdd(name, true))
            {
                logger.PolicyGone(LogText.Of(endpoint.DisplayName), name);
            }
        }
    }

    private void CheckEndpoints(PolicyTable policies, List<string> errors)
    {
        foreach (var endpoint in endpoints?.Endpoints ?? [])
        {
            if (policies.MetadataOf(endpoint) is not { } metadata)
            {
                continue;
            }

            watch.HasEndpointMetadata = true;
            if (metadata is { Bypass: false, PolicyName: { } name } && !policies.TryGet(name, out _))
            {
                errors.Add($"The endpoint '{endpoint.DisplayName}' names the policy '{name}', which is not defined: "
                    + $"define it with AddPolicy(\"{name}\", …) or in Bouncer:Http:Policies:{name}.");
            }
        }
    }
}
