using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.HealthChecks;

/// <summary>A health check of an adapter.</summary>
internal sealed record AdapterHealthCheck(string Name, Func<IServiceProvider, IHealthCheck> Create);
