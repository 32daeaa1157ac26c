using System.Globalization;
using Microsoft.Extensions.Options;

namespace Bouncer.Configuration;

/// <summary>Collects the errors that a validator finds, with the paths of the settings in the configuration. Omits settings that
/// could not be read, for which the options contain a default: <see cref="SectionValidator{TOptions}"/> reports them.</summary>
internal sealed class SettingErrors
{
    private readonly List<string> _found;
    private readonly HashSet<string> _unread;
    private readonly string _path;
    private readonly SettingNode _schema;

    /// <summary>Collects errors for one options object.</summary>
    /// <param name="options">The options.</param>
    /// <param name="keys">The keys of their section in the bouncer's section.</param>
    internal SettingErrors(object options, params IEnumerable<string> keys)
    {
        var bound = BoundSections.Of(options);
        _found = [];
        _unread = bound.Errors.Select(static error => error.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        (_path, _schema) = (bound.Path, SettingsSchema.Root);
        foreach (var key in keys)
        {
            (_path, _schema) = (PathOf(key), _schema.Find(key));
        }
    }

    private SettingErrors(SettingErrors outer, string key) =>
        (_found, _unread, _path, _schema) = (outer._found, outer._unread, outer.PathOf(key), outer._schema.Find(key));

    internal ValidateOptionsResult Result => _found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_found);

    /// <summary>Collects errors for a section in this one, or for an item by its name or number.</summary>
    internal SettingErrors In(string key) => new(this, key);

    internal string PathOf(string key) => _path.Length == 0 ? key : $"{_path}:{key}";

    /// <summary>Adds an error.</summary>
    /// <param name="key">The setting's key in this section.</param>
    /// <param name="problem">The error, worded to follow the path: "is missing: …".</param>
    internal void Add(string key, string problem)
    {
        if (!_unread.Contains(PathOf(key)))
        {
            _found.Add($"{PathOf(key)} {problem}");
        }
    }

    /// <summary>Checks a value against its range or choices in the schema.</summary>
    /// <param name="key">The setting's key in this section.</param>
    /// <param name="value">Its value.</param>
    internal void Check<T>(string key, T value)
        where T : struct, IComparable<T>, IParsable<T>, IFormattable
    {
        var (choices, range) = (_schema.Find(key).Choices, _schema.Find(key).Range);
        if (choices.Count > 0 && !choices.Any(choice => value.CompareTo(Parse<T>(choice)) == 0))
        {
            Add(key, $"is {Text(value)}; write one of {string.Join(", ", choices)}.");
        }
        else if (range is var (lowest, highest) && (value.CompareTo(Parse<T>(lowest)) < 0 || value.CompareTo(Parse<T>(highest)) > 0))
        {
            Add(key, $"is {Text(value)}; it must be from {Text(Parse<T>(lowest))} to {Text(Parse<T>(highest))}.");
        }
    }

    /// <inheritdoc cref="Check{T}(string, T)" />
    internal void Check<T>(string key, T? value)
        where T : struct, IComparable<T>, IParsable<T>, IFormattable
    {
        if (value is { } set)
        {
            Check(key, set);
        }
    }

    /// <summary>Checks that an enum value from code is defined.</summary>
    /// <param name="key">The setting's key in this section.</param>
    /// <param name="value">Its value.</param>
    internal void CheckChoice<T>(string key, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Add(key, $"is not one of {string.Join(", ", _schema.Find(key).Choices)}.");
        }
    }

    private static T Parse<T>(string text)
        where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
