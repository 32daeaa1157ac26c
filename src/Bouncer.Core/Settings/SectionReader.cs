using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Bouncer.Settings;

/// <summary>Reads a section's values one by one and collects what is malformed, where the configuration binder stops at
/// the first. An absent or empty value leaves the default.</summary>
internal readonly struct SectionReader(IConfiguration section, ICollection<string> errors)
{
    internal SectionReader Section(string key) => new(section.GetSection(key), errors);

    internal void Text(string key, Action<string> set) => Read(key, "a text", static (string text, out string value) => (value = text) is not null, set);

    internal void Flag(string key, Action<bool> set) => Read(key, "true or false", bool.TryParse, set);

    internal void Number(string key, Action<int> set) => Read(key, "a whole number", static (string text, out int value) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value), set);

    internal void BigNumber(string key, Action<long> set) => Read(key, "a whole number", static (string text, out long value) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value), set);

    internal void Time(string key, Action<TimeSpan> set) => Read(key, "a time span like 00:00:10", static (string text, out TimeSpan value) => TryTime(text, out value), set);

    internal void Url(string key, Action<Uri> set) => Read(key, "a URL like http://127.0.0.1:8080/", static (string text, out Uri value) => Uri.TryCreate(text, UriKind.Absolute, out value!), set);

    internal void Choice<T>(string key, Action<T> set)
        where T : struct, Enum =>
        Read(key, "one of " + string.Join(", ", Enum.GetNames<T>()), static (string text, out T value) => Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value), set);

    // The lenient reading takes 24:00:00 and 24 for days.
    private static bool TryTime(string text, out TimeSpan value) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value) && text.Contains(':', StringComparison.Ordinal);

    /// <summary>A list: a JSON array, numbered keys, or one text with commas.</summary>
    internal void List(string key, Action<IList<string>> set)
    {
        var list = section.GetSection(key);
        if (!list.Exists())
        {
            return;
        }

        var items = list.Value is { } text ? text.Split(',') : [.. list.GetChildren().Select(item => item.Value ?? "")];
        set([.. items.Select(item => item.Trim()).Where(item => item.Length > 0)]);
    }

    private void Read<T>(string key, string expected, Parser<T> parse, Action<T> set)
    {
        var entry = section.GetSection(key);
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
