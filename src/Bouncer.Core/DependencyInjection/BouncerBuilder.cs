using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.DependencyInjection;

internal sealed class BouncerBuilder(IServiceCollection services, Func<IServiceProvider, IConfiguration>? section) : IBouncerBuilder
{
    public IServiceCollection Services => services;

    public Func<IServiceProvider, IConfiguration>? Section => section;
}
