using System.Runtime.CompilerServices;

namespace Bouncer.Configuration;

/// <summary>Which sections one object of options was filled from, and what was wrong with them; kept beside the object, which has
/// nothing but settings.</summary>
internal sealed class BoundSections
{
    private static readonly ConditionalWeakTable<object, BoundSections> All = [];

    private readonly HashSet<string> _bound = new(StringComparer.Ordinal);

    /// <summary>The path of the bouncer's section; the usual one for options that are made in code.</summary>
    internal string Path { get; private set; } = "Bouncer";

    /// <summary>The path of each setting that could not be read, and what is wrong there.</summary>
    internal List<KeyValuePair<string, string>> Errors { get; } = [];

    internal static BoundSections Of(object options) => All.GetValue(options, static _ => new BoundSections());

    /// <summary>Notes a section.</summary>
    /// <param name="path">The path of the bouncer's section.</param>
    /// <param name="reading">What was read.</param>
    /// <returns>False if just that was bound before: once more, it would add its rules a second time.</returns>
    internal bool Add(string path, SettingsReading reading)
    {
        if (!_bound.Add(reading.Fingerprint))
        {
            return false;
        }

        Path = path;
        Errors.AddRange(reading.Errors);
        return true;
    }
}
