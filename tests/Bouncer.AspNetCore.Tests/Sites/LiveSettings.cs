using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary>A part of the configuration that a test changes while the server runs, as an operator changes a file: what is taken out
/// is gone, which the framework's settings in memory cannot do.</summary>
internal sealed class LiveSettings : ConfigurationProvider, IConfigurationSource, IEnumerable
{
    /// <summary>A setting; null takes it out.</summary>
    internal string? this[string key]
    {
        set
        {
            if (value is null)
            {
                Data.Remove(key);
            }
            else
            {
                Data[key] = value;
            }
        }
    }

    /// <summary>Tells of the changes. The framework's own monitor throws where they are not valid.</summary>
    internal void Reload()
    {
        try
        {
            OnReload();
        }
        catch (AggregateException error) when (error.Flatten().InnerExceptions.All(static one => one is OptionsValidationException))
        {
            // What the bouncer makes of them is in its log.
        }
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    IEnumerator IEnumerable.GetEnumerator() => Data.GetEnumerator();
}
