using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Bouncer;

/// <summary>Reads a section's values one by one and collects what is malformed, where the configuration binder stops at
/// the first: for the options of adapters. An absent or empty value leaves the default. A value that is a section or a list is
/// malformed, and so is a list that is written as a text and as an array: the array of one file does not replace the text of
/// another. An empty list of one file does not replace the items of another either: the items stay.</summary>
/// <param name="section">The section.</param>
/// <param name="errors">Is told of each malformed value: its key, and what was expected. Never the value, which may be a secret.</param>
public readonly struct SectionReader(IConfiguration section, ICollection<string> errors)
{
    /// <summary>A section within this one. A value or a list in its place is malformed.</summary>
    /// <param name="key">Its key.</param>
    public SectionReader Section(string key)
    {
        var inner = section.GetSection(key);
        if (!string.IsNullOrWhiteSpace(inner.Value))
        {
            errors.Add($"{inner.Path} is a value, not a section.");
        }
        else if (inner.GetSection("0").Exists())
        {
            errors.Add($"{inner.Path} is a list, not a section.");
        }

        return new(inner, errors);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the value, if there is one.</param>
    public void Text(string key, Action<string> set) => Read(key, "a text", static (string text, out string value) => (value = text) is not null, set);

    /// <summary>Reads true or false.</summary>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the value, if there is one that can be read.</param>
    public void Flag(string key, Action<bool> set) => Read(key, "true or false", bool.TryParse, set);

    /// <summary>Reads a whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the value, if there is one that can be read.</param>
    public void Number(string key, Action<int> set) => Read(key, "a whole number", static (string text, out int value) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value), set);

    /// <summary>Reads a whole number of 64 bits.</summary>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the value, if there is one that can be read.</param>
    public void BigNumber(string key, Action<long> set) => Read(key, "a whole number", static (string text, out long value) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value), set);

    /// <summary>Reads a number with decimals, with a point.</summary>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the value, if there is one that can be read.</param>
    public void Fraction(string key, Action<double> set) => Read(key, "a number", static (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value), set);

    /// <summary>Reads a time span, <c>hh:mm:ss</c> or <c>d.hh:mm:ss</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the value, if there is one that can be read.</param>
    public void Time(string key, Action<TimeSpan> set) => Read(key, "a time span like 00:00:10", static (string text, out TimeSpan value) => TryTime(text, out value), set);

    /// <summary>Reads an absolute URL.</summary>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the value, if there is one that can be read.</param>
    public void Url(string key, Action<Uri> set) => Read(key, "a URL like https://example.org/", static (string text, out Uri value) => Uri.TryCreate(text, UriKind.Absolute, out value!), set);

    /// <summary>Reads the name of an enumeration's value, in any case.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the value, if there is one that can be read.</param>
    public void Choice<T>(string key, Action<T> set)
        where T : struct, Enum =>
        Read(key, "one of " + string.Join(", ", Enum.GetNames<T>()), static (string text, out T value) => Enum.TryParse(text, ignoreCase: true, out value) && Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase), set);

    // The lenient reading takes 24:00:00 and 24 for days.
    private static bool TryTime(string text, out TimeSpan value) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value) && text.Contains(':', StringComparison.Ordinal);

    /// <summary>Reads a list: a JSON array, numbered keys, or one text with commas.</summary>
    /// <param name="key">The key.</param>
    /// <param name="set">Is handed the items, without blanks around them and without empty ones, if the key is there.</param>
    public void List(string key, Action<IList<string>> set)
    {
        var list = section.GetSection(key);
        if (!list.Exists())
        {
            return;
        }

        var children = list.GetChildren().ToArray();
        if (children.Length > 0 && !string.IsNullOrWhiteSpace(list.Value))
        {
            errors.Add($"{list.Path} is written as a text and as a list: write it as a list everywhere.");
        }
        else if (children.Any(static item => !item.Key.All(char.IsAsciiDigit)))
        {
            errors.Add($"{list.Path} is a section: write a list.");
        }
        else if (children.FirstOrDefault(HasChildren) is { } nested)
        {
            errors.Add($"{nested.Path} is a section or a list: write a text.");
        }
        else
        {
            var items = children.Length == 0 && list.Value is { } text ? text.Split(',') : children.Select(static item => item.Value ?? "");
            set([.. items.Select(static item => item.Trim()).Where(static item => item.Length > 0)]);
        }
    }

    private static bool HasChildren(IConfigurationSection entry) => entry.GetChildren().Any();

    private void Read<T>(string key, string expected, Parser<T> parse, Action<T> set)
    {
        var entry = section.GetSection(key);
        if (HasChildren(entry))
        {
            errors.Add($"{entry.Path} is a section or a list: write {expected}.");
            return;
        }

        if (string.IsNullOrWhiteSpace(entry.Value))
        {
            return;
        }

        if (parse(entry.Value.Trim(), out var value))
        {
            set(value);
        }
        else
        {
            errors.Add($"{entry.Path} is not {expected}.");
        }
    }

    private delegate bool Parser<T>(string text, out T value);
}
