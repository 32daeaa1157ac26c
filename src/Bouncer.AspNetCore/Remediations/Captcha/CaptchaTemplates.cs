using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>The page in all its languages, and what a browser may do on it. Immutable.</summary>
internal sealed class CaptchaTemplates
{
    private static readonly string Page = ReadPage();
    private static readonly string Script = HashOf("script");
    private static readonly string Style = HashOf("style");
    private static readonly StringValues OwnPolicy = PolicyFor([]);

    private readonly FrozenDictionary<string, CaptchaTemplate> _languages;

    internal CaptchaTemplates(CaptchaTexts texts) => _languages = texts.Languages.ToFrozenDictionary(
        static texts => texts.Key, static texts => new CaptchaTemplate(Page, texts.Value), StringComparer.OrdinalIgnoreCase);

    internal CaptchaTemplate For(HttpRequest request) =>
        _languages[LanguageNegotiation.Choose(request.Headers.AcceptLanguage, _languages.ContainsKey) ?? CaptchaTexts.DefaultLanguage];

    /// <summary>The Content-Security-Policy: the page's own script and style, and a widget's origins.</summary>
    internal static StringValues PolicyFor(CaptchaWidget widget) => widget.Script is null ? OwnPolicy : PolicyFor(widget.Origins);

    private static StringValues PolicyFor(IReadOnlyList<string> origins)
    {
        var others = string.Concat(origins.Select(static origin => " " + origin));
        var foreign = others.Length == 0 ? "" : $"frame-src{others}; img-src data:{others}; worker-src blob:; ";
        return $"default-src 'none'; script-src {Script}{others}; style-src {Style}{others}; connect-src 'self'{others}; {foreign}"
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    private static string ReadPage()
    {
        using var stream = typeof(CaptchaTemplates).Assembly.GetManifestResourceStream("CaptchaPage.html")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>By hash, as neither differs between requests.</summary>
    private static string HashOf(string element)
    {
        var start = Page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = Page.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Page[start..end])))}'";
    }
}
