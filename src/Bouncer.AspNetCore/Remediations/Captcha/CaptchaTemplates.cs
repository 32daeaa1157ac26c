using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>The pages in all their languages, and what a browser may do on them. Immutable.</summary>
internal sealed class CaptchaTemplates
{
    private static readonly string Page = Read("CaptchaPage.html");
    private static readonly string WaitPage = Read("WaitPage.html");
    private static readonly string Script = HashOf(Page, "script");
    private static readonly string Style = HashOf(Page, "style");
    private static readonly StringValues OwnPolicy = PolicyFor([]);

    private readonly FrozenDictionary<string, CaptchaTemplate> _pages;
    private readonly FrozenDictionary<string, CaptchaTemplate> _waitPages;

    internal CaptchaTemplates(CaptchaTexts texts)
    {
        _pages = InAllLanguages(Page, texts);
        _waitPages = InAllLanguages(WaitPage, texts);
    }

    /// <summary>The Content-Security-Policy of the page on which a client waits: a style and nothing else.</summary>
    internal static StringValues WaitPolicy { get; } =
        $"default-src 'none'; style-src {HashOf(WaitPage, "style")}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal CaptchaTemplate For(HttpRequest request) => For(request, _pages);

    /// <summary>The page on which a client waits.</summary>
    internal CaptchaTemplate WaitFor(HttpRequest request) => For(request, _waitPages);

    /// <summary>The Content-Security-Policy: the page's own script and style, and a widget's origins.</summary>
    internal static StringValues PolicyFor(CaptchaWidget widget) => widget.Script is null ? OwnPolicy : PolicyFor(widget.Origins);

    private static CaptchaTemplate For(HttpRequest request, FrozenDictionary<string, CaptchaTemplate> languages) =>
        languages[LanguageNegotiation.Choose(request.Headers.AcceptLanguage, languages.ContainsKey) ?? CaptchaTexts.DefaultLanguage];

    private static FrozenDictionary<string, CaptchaTemplate> InAllLanguages(string page, CaptchaTexts texts) => texts.Languages.ToFrozenDictionary(
        static texts => texts.Key, texts => new CaptchaTemplate(page, texts.Value), StringComparer.OrdinalIgnoreCase);

    private static StringValues PolicyFor(IReadOnlyList<string> origins)
    {
        var others = string.Concat(origins.Select(static origin => " " + origin));
        var foreign = others.Length == 0 ? "" : $"frame-src{others}; img-src data:{others}; worker-src blob:; ";
        return $"default-src 'none'; script-src {Script}{others}; style-src {Style}{others}; connect-src 'self'{others}; {foreign}"
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    private static string Read(string resource)
    {
        using var stream = typeof(CaptchaTemplates).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>By hash, as neither differs between requests.</summary>
    private static string HashOf(string page, string element)
    {
        var start = page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = page.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(page[start..end])))}'";
    }
}
