using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer;

/// <summary>Builder that <c>AddBouncer</c> and <c>AddBouncerCore</c> return, and that packages extend.</summary>
public interface IBouncerBuilder
{
    /// <summary>The service collection.</summary>
    IServiceCollection Services { get; }

    /// <summary>Returns the configuration section of the settings, from which an extension can read its own part; null if the settings
    /// are made in code.</summary>
    Func<IServiceProvider, IConfiguration>? Section { get; }
}
