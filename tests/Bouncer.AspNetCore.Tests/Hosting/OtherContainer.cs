using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Hosting;

/// <summary>A container of another make: it cannot tell what it has, and makes its scope factory each time it is asked.</summary>
internal sealed class OtherContainer(IServiceProvider services) : IServiceProvider
{
    public object? GetService(Type serviceType) =>
        serviceType == typeof(IServiceProviderIsService) ? null
        : serviceType == typeof(IServiceScopeFactory) ? new ScopeFactory(services)
        : services.GetService(serviceType);

    private sealed class ScopeFactory(IServiceProvider services) : IServiceScopeFactory
    {
        public IServiceScope CreateScope() => new Scope(services.CreateScope());
    }

    private sealed class Scope(IServiceScope scope) : IServiceScope
    {
        public IServiceProvider ServiceProvider { get; } = new OtherContainer(scope.ServiceProvider);

        public void Dispose() => scope.Dispose();
    }
}
