using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The handlers of remediations. Fixed at startup; of several registrations with the same name the last one
/// wins.</summary>
internal sealed class RemediationRegistry
{
    private readonly FrozenDictionary<Remediation, RegisteredRemediation> _registered;

    public RemediationRegistry(
        IEnumerable<RemediationRegistration> registrations, IServiceProvider services, IOptions<BouncerOptions> options)
    {
        _registered = registrations
            .GroupBy(registration => registration.Remediation)
            .ToFrozenDictionary(group => group.Key, group => new RegisteredRemediation(group.Key, group.Last().Create(services)));
        Fallback = new Remediation(options.Value.FallbackRemediation);
    }

    /// <summary>The remediation that replaces those without a handler.</summary>
    internal Remediation Fallback { get; }

    /// <summary>Finds the handler of a remediation: its own or the fallback's. Null when the client passes.</summary>
    internal RegisteredRemediation? Find(Remediation remediation) =>
        remediation.IsNone ? null : _registered.GetValueOrDefault(remediation) ?? _registered.GetValueOrDefault(Fallback);
}
