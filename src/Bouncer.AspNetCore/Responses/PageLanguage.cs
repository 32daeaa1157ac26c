using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>The texts of the pages in one language. Immutable.</summary>
internal sealed class PageLanguage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly FrozenDictionary<string, string> _encoded;

    internal PageLanguage(string tag, IReadOnlyDictionary<string, string> texts)
    {
        Tag = tag;
        Texts = texts;
        _encoded = texts.Append(new("lang", tag)).ToFrozenDictionary(static text => text.Key, static text => Encode(text.Value));
    }

    /// <summary>The language tag for HTML and the header Content-Language.</summary>
    internal StringValues Tag { get; }

    /// <summary>The texts by their names, not encoded.</summary>
    internal IReadOnlyDictionary<string, string> Texts { get; }

    /// <summary>A text encoded for HTML; null if there is none.</summary>
    internal string? Find(string name) => _encoded.GetValueOrDefault(name);

    internal static string Encode(string text) => Encoder.Encode(text);
}
