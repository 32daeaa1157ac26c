using Bouncer.AspNetCore.Responses;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>The page on which a client waits as built into this package, and its Content-Security-Policy, which only allows its
/// style.</summary>
internal static class WaitDocument
{
    private static readonly string Markup = PageFile.ReadPage("WaitPage.html");

    /// <summary>The names of the values that differ between requests.</summary>
    internal static string[] Values { get; } = BodyTemplate.NamesIn(Markup);

    /// <summary>The Content-Security-Policy.</summary>
    internal static StringValues Policy { get; } =
        $"default-src 'none'; style-src {PageFile.HashesOf(Markup, "style")}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static Page CreatePage(PageMaker pages) => pages.Make(Markup, Values);
}
