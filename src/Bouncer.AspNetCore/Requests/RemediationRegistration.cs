using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The registration of a remediation: its name, and how its handler is made.</summary>
internal sealed record RemediationRegistration(Remediation Remediation, Func<IServiceProvider, IRemediationHandler> Create)
{
    /// <summary>A handler that is a service of its own.</summary>
    internal static RemediationRegistration Of<THandler>(Remediation remediation)
        where THandler : class, IRemediationHandler => new(remediation, static services => services.GetRequiredService<THandler>());
}
