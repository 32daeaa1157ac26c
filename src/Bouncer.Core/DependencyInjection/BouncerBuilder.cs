using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.DependencyInjection;

internal sealed class BouncerBuilder(IServiceCollection services) : IBouncerBuilder
{
    public IServiceCollection Services => services;
}
