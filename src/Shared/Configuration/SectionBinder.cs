using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.Configuration;

/// <summary>Binds options to a section. <see cref="SectionValidator{TOptions}"/> reports errors in its form, together with those of
/// the validators.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
/// <param name="root">The bouncer's section.</param>
/// <param name="key">The key of the section in it; empty for the bouncer's section itself.</param>
/// <param name="bind">Calls the configuration binder, which is generated at the call site.</param>
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
