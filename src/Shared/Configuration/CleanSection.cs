using Microsoft.Extensions.Configuration;

namespace Bouncer.Configuration;

/// <summary>The valid content of a section.</summary>
/// <param name="reading">The result of reading it.</param>
internal sealed class CleanSection(SettingsReading reading)
{
    /// <summary>The values, in a form that the configuration binder cannot misread.</summary>
    internal IConfiguration Values { get; } = new ConfigurationBuilder().AddInMemoryCollection(reading.Values).Build();

    /// <summary>The list to which the binder adds. The binder keeps a list's existing items, but a list in the configuration must
    /// replace what was set before.</summary>
    /// <param name="key">The key of the list below the section.</param>
    /// <param name="present">The current list.</param>
    internal IList<string>? List(string key, IList<string>? present) => reading.HasList(key) ? [] : present;

    /// <inheritdoc cref="List"/>
    internal IList<T>? Sections<T>(string key, IList<T>? present) => Values.GetSection(key).GetChildren().Any() ? [] : present;
}
