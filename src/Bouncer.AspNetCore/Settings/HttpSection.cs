using Microsoft.Extensions.Configuration;

namespace Bouncer.AspNetCore.Settings;

/// <summary>Reads a section's values one by one. What is malformed is kept for <see cref="BouncerHttpOptionsValidator"/>, so
/// that all errors are told at once; an absent or empty value is null and leaves what stands.</summary>
internal sealed class HttpSection(IConfigurationSection section, BouncerHttpOptions options)
{
    private readonly SectionReader _reader = new(section, options.Malformed);

    internal HttpSection Section(string key) => new(section.GetSection(key), options);

    internal IEnumerable<(string Key, HttpSection Section)> Children() =>
        section.GetChildren().Select(child => (child.Key, new HttpSection(child, options)));

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
