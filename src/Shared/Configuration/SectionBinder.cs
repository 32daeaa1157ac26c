using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.Configuration;

/// <summary>Fills options from a section. What is wrong with its form is told by <see cref="SectionValidator{TOptions}"/>, together
/// with what the validators find.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <param name="root">The bouncer's section.</param>
/// <param name="key">The key of the section in it, or empty for itself.</param>
/// <param name="bind">Calls the configuration binder, which is generated where the type is known.</param>
/// <param name="others">The sections of other packages.</param>
internal sealed class SectionBinder<TOptions>(IConfiguration root, string key, Action<CleanSection, TOptions> bind, IReadOnlyCollection<AdapterSection> others)
    : IConfigureOptions<TOptions>
    where TOptions : class
{
    /// <summary>The path of the bouncer's section.</summary>
    internal string Path => (root as IConfigurationSection)?.Path ?? "";

    public void Configure(TOptions options)
    {
        var reading = new SettingsReading(root, others);
        reading.Read(key);
        if (BoundSections.Of(options).Add(Path, reading))
        {
            bind(new CleanSection(reading), options);
        }
    }
}
