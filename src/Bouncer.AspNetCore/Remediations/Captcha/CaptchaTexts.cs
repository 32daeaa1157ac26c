using System.Collections.Frozen;
using System.Text.Json;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>What the page says, in every language there is: the built-in ones and files beside them. Immutable.</summary>
internal sealed class CaptchaTexts
{
    internal const string DefaultLanguage = "en";

    /// <summary>The largest file that is read.</summary>
    private const int LargestFile = 64 * 1024;

    private static readonly string[] BuiltInLanguages = [DefaultLanguage, "de", "es", "fr", "sv"];
    private static readonly CaptchaTexts Own = new(ReadBuiltIn());

    private CaptchaTexts(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> languages) =>
        Languages = languages.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every text by language and name; none is missing.</summary>
    internal FrozenDictionary<string, IReadOnlyDictionary<string, string>> Languages { get; }

    /// <summary>The texts, with those of a folder's files in front.</summary>
    /// <param name="folder">The folder; null for the built-in texts alone.</param>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    /// <exception cref="FormatException">A file is not as it should be; the message says which and why.</exception>
    internal static CaptchaTexts Load(string? folder)
    {
        if (folder is null)
        {
            return Own;
        }

        var languages = Own.Languages.ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            var language = Path.GetFileNameWithoutExtension(file);
            languages[language] = Complete(language, languages.GetValueOrDefault(language), Read(file));
        }

        return new CaptchaTexts(languages);
    }

    private static Dictionary<string, string> Complete(
        string language, IReadOnlyDictionary<string, string>? present, Dictionary<string, string> texts)
    {
        Dictionary<string, string> all = new(present ?? Own.Languages[DefaultLanguage]) { ["lang"] = language };
        foreach (var (name, text) in texts)
        {
            all[name] = text;
        }

        return all;
    }

    private static Dictionary<string, string> Read(string file)
    {
        if (new FileInfo(file).Length > LargestFile)
        {
            throw new FormatException($"'{file}' is larger than {LargestFile / 1024} KiB.");
        }

        try
        {
            var texts = Parse(File.ReadAllBytes(file));
            return texts.Keys.FirstOrDefault(static name => !Own.Languages[DefaultLanguage].ContainsKey(name)) is { } unknown
                ? throw new FormatException($"'{file}' has the text '{unknown}', which the page has not.")
                : texts;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"'{file}' is not a JSON object of texts: {error.Message}", error);
        }
    }

    private static Dictionary<string, string> Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(static text => text.Name, static text => text.Value.GetString() ?? "");
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> ReadBuiltIn()
    {
        Dictionary<string, IReadOnlyDictionary<string, string>> languages = [];
        foreach (var language in BuiltInLanguages)
        {
            using var stream = typeof(CaptchaTexts).Assembly.GetManifestResourceStream($"Texts.{language}.json")!;
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            var texts = Parse(bytes.ToArray());
            texts["lang"] = language;
            texts.TryAdd("dir", "ltr");
            languages[language] = texts;
        }

        return languages;
    }
}
