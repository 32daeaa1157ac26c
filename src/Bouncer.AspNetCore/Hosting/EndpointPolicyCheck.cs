using System.Collections.Concurrent;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Telemetry;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Checks that the policies that endpoints name are defined: at startup, and after each reload.</summary>
internal sealed class EndpointPolicyCheck(
    HttpSettingsProvider settings, PipelineMonitor monitor, ILogger<EndpointPolicyCheck> logger, EndpointDataSource? endpoints = null)
{
    private readonly ConcurrentDictionary<string, bool> _gone = new(StringComparer.OrdinalIgnoreCase);

    internal void Check(ICollection<string> errors)
    {
        var policies = settings.Current.Policies;
        foreach (var endpoint in endpoints?.Endpoints ?? [])
        {
            if (policies.MetadataOf(endpoint) is not { } metadata)
            {
                continue;
            }

            monitor.HasEndpointMetadata = true;
            if (metadata is { Bypass: false, PolicyName: { } name } && !policies.IsDefined(name))
            {
                errors.Add($"The endpoint '{endpoint.DisplayName}' names the policy '{name}', which is not defined: "
                    + $"define it with AddPolicy(\"{name}\", …) or in Bouncer:Http:Policies:{name}.");
            }
        }
    }

    /// <summary>Logs each policy that a reload removes from an endpoint, every time.</summary>
    internal void Follow() => settings.Changed += LogGone;

    private void LogGone()
    {
        var policies = settings.Current.Policies;
        foreach (var back in _gone.Keys.Where(policies.IsDefined))
        {
            _gone.TryRemove(back, out _);
        }

        foreach (var endpoint in endpoints?.Endpoints ?? [])
        {
            if (policies.MetadataOf(endpoint) is { Bypass: false, PolicyName: { } name } && !policies.IsDefined(name) && _gone.TryAdd(name, true))
            {
                logger.PolicyGone(LogText.Of(endpoint.DisplayName), name);
            }
        }
    }
}
