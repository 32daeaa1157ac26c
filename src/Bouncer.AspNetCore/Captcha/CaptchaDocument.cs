using Bouncer.AspNetCore.Responses;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>The page as built into this package, and its Content-Security-Policy.</summary>
internal static class CaptchaDocument
{
    private static readonly string Markup = PageFile.ReadPage("CaptchaPage.html");
    private static readonly string Script = PageFile.HashesOf(Markup, "script");
    private static readonly string Style = PageFile.HashesOf(Markup, "style");
    private static readonly StringValues OwnPolicy = PolicyFor([]);

    /// <summary>The names of the values that differ between requests.</summary>
    internal static string[] Values { get; } = BodyTemplate.NamesIn(Markup);

    internal static Page CreatePage(PageMaker pages) => pages.Make(Markup, Values);

    /// <summary>The Content-Security-Policy: allows the page's own script and style, and a widget's origins.</summary>
    internal static StringValues PolicyFor(CaptchaWidget widget) => widget.Script is null ? OwnPolicy : PolicyFor(widget.Origins);

    private static StringValues PolicyFor(IReadOnlyList<string> origins)
    {
        var others = string.Concat(origins.Select(static origin => " " + origin));
        var foreign = others.Length == 0 ? "" : $"frame-src{others}; img-src data:{others}; worker-src blob:; ";
        return $"default-src 'none'; script-src {Script}{others}; style-src {Style}{others}; connect-src 'self'{others}; {foreign}"
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }
}
