using System.Runtime.CompilerServices;

namespace Bouncer.Configuration;

/// <summary>The sections that one options object was bound to, and their errors. Stored separately because the object contains only
/// settings.</summary>
internal sealed class BoundSections
{
    private static readonly ConditionalWeakTable<object, BoundSections> All = [];

    private readonly HashSet<string> _bound = new(StringComparer.Ordinal);

    /// <summary>The path of the bouncer's section; the usual one for options from code.</summary>
    internal string Path { get; private set; } = "Bouncer";

    /// <summary>The path of each setting that could not be read, and its error.</summary>
    internal List<KeyValuePair<string, string>> Errors { get; } = [];

    internal static BoundSections Of(object options) => All.GetValue(options, static _ => new BoundSections());

    /// <summary>Records a section.</summary>
    /// <param name="path">The path of the bouncer's section.</param>
    /// <param name="reading">The result of reading it.</param>
    /// <returns>False if the same content was already bound: binding it again would add its rules twice.</returns>
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
