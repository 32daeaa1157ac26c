using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Which handler carries out which remediation; fixed at start, the last registration of a name wins.</summary>
internal sealed class RemediationRegistry
{
    private readonly FrozenDictionary<Remediation, IRemediationHandler> _handlers;

    public RemediationRegistry(
        IEnumerable<RemediationRegistration> registrations, IServiceProvider services, IOptions<BouncerOptions> options)
    {
        _handlers = registrations
            .GroupBy(registration => registration.Remediation)
            .ToFrozenDictionary(group => group.Key, group => group.Last().Create(services));
        Fallback = new Remediation(options.Value.FallbackRemediation);
    }

    internal Remediation Fallback { get; }

    internal bool Has(Remediation remediation) => _handlers.ContainsKey(remediation);

    /// <summary>The remediation by whose handler another one is carried out: itself, or the fallback; none when the client passes.</summary>
    internal Remediation NameOf(Remediation remediation) =>
        remediation.IsNone || Has(remediation) ? remediation : Has(Fallback) ? Fallback : Remediation.None;

    /// <summary>The handler of a remediation or else the fallback's; null when the client passes.</summary>
    internal IRemediationHandler? Find(Remediation remediation) =>
        remediation.IsNone ? null
        : _handlers.GetValueOrDefault(remediation) ?? _handlers.GetValueOrDefault(Fallback);
}
