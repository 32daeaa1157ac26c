using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer;

/// <summary>What <c>AddBouncer</c> and <c>AddBouncerCore</c> return: the place on which packages hang their extensions.</summary>
public interface IBouncerBuilder
{
    /// <summary>The services being built.</summary>
    IServiceCollection Services { get; }

    /// <summary>Finds the section that the settings come from, so that an extension can read its own part of it; null when the
    /// settings are made in code.</summary>
    Func<IServiceProvider, IConfiguration>? Section { get; }
}
