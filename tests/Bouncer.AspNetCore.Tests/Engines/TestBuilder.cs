using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Engines;

internal sealed record TestBuilder(IServiceCollection Services) : IBouncerBuilder
{
    public Func<IServiceProvider, IConfiguration>? Section => null;
}
