using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Bouncer.AspNetCore.Settings;

/// <summary>Reads a section's values one by one. What is malformed is kept for <see cref="BouncerHttpOptionsValidator"/>, so
/// that all errors are told at once; an absent or empty value is null and leaves what stands.</summary>
internal readonly struct HttpSection(IConfigurationSection section, BouncerHttpOptions options)
{
    internal HttpSection Section(string key) => new(section.GetSection(key), options);

    internal IEnumerable<(string Key, HttpSection Section)> Children()
    {
        var owner = options;
        return section.GetChildren().Select(child => (child.Key, new HttpSection(child, owner)));
    }

    /// <summary>The value of the section itself.</summary>
    internal string? Value => section.Value;

    internal string? Text(string key) => section[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    internal bool? Flag(string key) => Read<bool>(key, "true or false", bool.TryParse);

    internal int? Number(string key) => Read<int>(
        key, "a whole number", static (string text, out int value) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value));

    internal double? Fraction(string key) => Read<double>(
        key, "a number", static (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value));

    internal TimeSpan? Time(string key) => Read<TimeSpan>(key, "a time span like 00:00:10", TryTime);

    internal Uri? Url(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return url;
        }

        Refuse(key, "a URL like https://example.org/");
        return null;
    }

    internal T? Choice<T>(string key)
        where T : struct, Enum => Read<T>(
            key,
            "one of " + string.Join(", ", Enum.GetNames<T>()),
            static (string text, out T value) => Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value));

    /// <summary>A list: a JSON array, numbered keys, or one text with commas.</summary>
    internal IList<string>? List(string key)
    {
        var list = section.GetSection(key);
        if (!list.Exists())
        {
            return null;
        }

        var items = list.Value is { } text ? text.Split(',') : [.. list.GetChildren().Select(item => item.Value ?? "")];
        return [.. items.Select(item => item.Trim()).Where(item => item.Length > 0)];
    }

    private T? Read<T>(string key, string expected, Parser<T> parse)
        where T : struct
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Refuse(key, expected);
        return null;
    }

    private void Refuse(string key, string expected) => options.Malformed.Add($"{section.GetSection(key).Path} is not {expected}.");

    // The lenient reading takes 24:00:00 and 24 for days.
    private static bool TryTime(string text, out TimeSpan value) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value) && text.Contains(':', StringComparison.Ordinal);

    private delegate bool Parser<T>(string text, out T value);
}
