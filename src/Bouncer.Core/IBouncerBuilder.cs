using Microsoft.Extensions.DependencyInjection;

namespace Bouncer;

/// <summary>What <c>AddBouncer</c> and <c>AddBouncerCore</c> return: the place on which packages hang their extensions.</summary>
public interface IBouncerBuilder
{
    /// <summary>The services being built.</summary>
    IServiceCollection Services { get; }
}
