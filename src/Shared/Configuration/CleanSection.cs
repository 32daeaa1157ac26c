using Microsoft.Extensions.Configuration;

namespace Bouncer.Configuration;

/// <summary>A section as it was read: only what is right.</summary>
/// <param name="reading">What was read.</param>
internal sealed class CleanSection(SettingsReading reading)
{
    /// <summary>The values, which the configuration binder can only read as they are meant.</summary>
    internal IConfiguration Values { get; } = new ConfigurationBuilder().AddInMemoryCollection(reading.Values).Build();

    /// <summary>The list that the binder is to add to: the binder keeps what a list holds already, and here a list of the
    /// configuration takes the place of what was set before it.</summary>
    /// <param name="key">The key of the list below the section.</param>
    /// <param name="present">What was set before.</param>
    internal IList<string>? List(string key, IList<string>? present) => reading.HasList(key) ? [] : present;
}
