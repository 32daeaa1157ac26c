using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Fakes;

internal sealed record TestBuilder(IServiceCollection Services) : IBouncerBuilder;
