using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>The texts of the pages in every available language: the built-in ones, extended by files. Immutable.</summary>
internal sealed partial class PageTexts
{
    /// <summary>The maximum size of a file.</summary>
    private const int LargestFile = 64 * 1024;

    private static readonly string[] BuiltInLanguages = ["en", "de", "es", "fr", "sv"];
    private static readonly PageTexts BuiltIn = new(BuiltInLanguages.Select(ReadBuiltIn));

    private readonly HeaderCache<int> _choices;

    private PageTexts(IEnumerable<PageLanguage> languages)
    {
        Languages = [.. languages];
        _choices = new HeaderCache<int>(Choose);
    }

    /// <summary>The built-in texts of the default language.</summary>
    internal static IReadOnlyDictionary<string, string> English => BuiltIn.Languages[0].Texts;

    /// <summary>Every language, the default one first. Each has all texts.</summary>
    internal IReadOnlyList<PageLanguage> Languages { get; }

    /// <summary>Loads the texts; those of a folder's files take precedence.</summary>
    /// <param name="folder">The folder; null for only the built-in texts.</param>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file may not be read.</exception>
    /// <exception cref="FormatException">A file is invalid; the message says which and why.</exception>
    internal static PageTexts Load(string? folder) => folder is null ? BuiltIn : new PageTexts(Merge(folder));

    /// <summary>The index of the available language that a client prefers; that of the default one if it accepts none of
    /// them.</summary>
    internal int IndexFor(StringValues acceptLanguage) => acceptLanguage.Count == 0 ? 0 : _choices.Read(acceptLanguage);

    private int Choose(StringValues accepted) =>
        LanguageNegotiation.Choose(accepted, tag => IndexOf(tag) >= 0) is { } tag ? IndexOf(tag) : 0;

    private int IndexOf(string tag)
    {
        for (var index = 0; index < Languages.Count; index++)
        {
            if (tag.Equals(Languages[index].Tag, StringComparison.OrdinalIgnoreCase))
            {
                return index;
            }
        }

        return -1;
    }

    private static List<PageLanguage> Merge(string folder)
    {
        List<PageLanguage> languages = [.. BuiltIn.Languages];
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            var texts = ReadFile(file);
            var tag = Path.GetFileNameWithoutExtension(file);
            var index = languages.FindIndex(language => tag.Equals(language.Tag, StringComparison.OrdinalIgnoreCase));
            Dictionary<string, string> all = new(languages[Math.Max(index, 0)].Texts);
            foreach (var (name, text) in texts)
            {
                all[name] = text;
            }

            var merged = new PageLanguage(tag, all);
            if (index < 0)
            {
                languages.Add(merged);
            }
            else
            {
                languages[index] = merged;
            }
        }

        return languages;
    }

    private static Dictionary<string, string> ReadFile(string file)
    {
        if (!LanguageTag().IsMatch(Path.GetFileNameWithoutExtension(file)))
        {
            throw new FormatException($"'{file}' is not named after a language; the name is one like nl.json or pt-BR.json.");
        }

        if (new FileInfo(file).Length > LargestFile)
        {
            throw new FormatException($"'{file}' is larger than {LargestFile / 1024} KiB.");
        }

        try
        {
            var texts = Parse(File.ReadAllText(file));
            return texts.Select(Check).FirstOrDefault(static error => error is not null) is { } error
                ? throw new FormatException($"'{file}' {error}")
                : texts;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"'{file}' is not a JSON object of texts: {error.Message}", error);
        }
    }

    /// <summary>The error in a text; null if it is valid.</summary>
    private static string? Check(KeyValuePair<string, string> text) =>
        !English.ContainsKey(text.Key) ? $"has the text '{text.Key}', which no page has."
        : text.Key == "dir" && text.Value is not ("ltr" or "rtl") ? "has the dir '" + text.Value + "'; it is ltr or rtl."
        : text.Value.Any(char.IsControl) ? $"has a control character, such as a line end, in the text '{text.Key}'."
        : null;

    private static Dictionary<string, string> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(static text => text.Name, static text => text.Value.GetString() ?? "");
    }

    private static PageLanguage ReadBuiltIn(string language)
    {
        using var stream = typeof(PageTexts).Assembly.GetManifestResourceStream($"Texts.{language}.json")!;
        using var reader = new StreamReader(stream);
        var texts = Parse(reader.ReadToEnd());
        texts.TryAdd("dir", "ltr");
        return new PageLanguage(language, texts);
    }

    [GeneratedRegex(@"\A[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}\z", RegexOptions.NonBacktracking)]
    private static partial Regex LanguageTag();
}
