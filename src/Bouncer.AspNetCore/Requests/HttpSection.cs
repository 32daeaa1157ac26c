using Microsoft.Extensions.Configuration;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Reads a section's values one by one. What is malformed is kept for <see cref="BouncerHttpOptionsValidator"/>, so
/// that all errors are told at once; an absent or empty value is null and leaves what stands.</summary>
internal sealed class HttpSection(IConfiguration section, BouncerHttpOptions options)
{
    private readonly SectionReader _reader = new(section, options.Malformed);

    /// <summary>A section within this one; the reader notes what is none.</summary>
    internal HttpSection Section(string key)
    {
        _reader.Section(key);
        return new(section.GetSection(key), options);
    }

    /// <summary>The sections of a list, or of a section whose keys say nothing.</summary>
    internal IEnumerable<HttpSection> Items(string key)
    {
        var list = section.GetSection(key);
        if (!string.IsNullOrWhiteSpace(list.Value))
        {
            options.Malformed.Add($"{list.Path} is a value, not a list of sections.");
        }

        return new HttpSection(list, options).Children().Select(static child => child.Section);
    }

    internal IEnumerable<(string Key, HttpSection Section)> Children() => Keys().Select(key => (key, Section(key)));

    internal IEnumerable<string> Keys() => section.GetChildren().Select(static child => child.Key);

    internal string? Text(string key) => Object<string>(set => _reader.Text(key, set));

    internal Uri? Url(string key) => Object<Uri>(set => _reader.Url(key, set));

    internal IList<string>? List(string key) => Object<IList<string>>(set => _reader.List(key, set));

    internal bool? Flag(string key) => Value<bool>(set => _reader.Flag(key, set));

    internal int? Number(string key) => Value<int>(set => _reader.Number(key, set));

    internal double? Fraction(string key) => Value<double>(set => _reader.Fraction(key, set));

    internal TimeSpan? Time(string key) => Value<TimeSpan>(set => _reader.Time(key, set));

    internal T? Choice<T>(string key)
        where T : struct, Enum => Value<T>(set => _reader.Choice(key, set));

    private static T? Value<T>(Action<Action<T>> read)
        where T : struct
    {
        T? found = null;
        read(value => found = value);
        return found;
    }

    private static T? Object<T>(Action<Action<T>> read)
        where T : class
    {
        T? found = null;
        read(value => found = value);
        return found;
    }
}
