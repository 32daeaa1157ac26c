using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The registration of a remediation: its name, and the factory of its handler.</summary>
internal sealed record RemediationRegistration(Remediation Remediation, Func<IServiceProvider, IRemediationHandler> Create)
{
    /// <summary>Registers a handler that is a service itself.</summary>
    internal static RemediationRegistration Of<THandler>(Remediation remediation)
        where THandler : class, IRemediationHandler => new(remediation, static services => services.GetRequiredService<THandler>());
}
