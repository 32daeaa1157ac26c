using Bouncer.AspNetCore;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;

namespace Bouncer.Yarp;

/// <summary>Refuses a proxy configuration whose routes have invalid bouncer metadata; YARP then keeps its current routes, or does
/// not start.</summary>
/// <remarks>Reads the options again, because one edit of a file may add both a policy and a route that names it, and the order of
/// their change notifications is not defined.</remarks>
internal sealed class BouncerRouteValidator(IOptionsFactory<BouncerHttpOptions> options)
{
    internal void Validate(RouteConfig route, IList<Exception> errors)
    {
        List<string> findings = [];
        var metadata = RouteBouncerMetadata.Read(route, findings);
        if (metadata.PolicyName is { } policy)
        {
            CheckPolicy(policy, findings);
        }

        foreach (var finding in findings)
        {
            errors.Add(new ArgumentException($"Route '{route.RouteId}' {finding}."));
        }
    }

    private void CheckPolicy(string policy, List<string> findings)
    {
        try
        {
            var policies = options.Create(Options.DefaultName).Policies;
            if (!policies.Keys.Contains(policy, StringComparer.OrdinalIgnoreCase))
            {
                findings.Add($"names the policy '{policy}', which is not defined: define it with AddPolicy(\"{policy}\", …) or in Bouncer:Http:Policies:{policy}");
            }
        }
        catch (OptionsValidationException error)
        {
            findings.Add($"names the policy '{policy}', but the bouncer's settings are not valid: {error.Message}");
        }
    }
}
