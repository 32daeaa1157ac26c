using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>A page in every available language. Immutable.</summary>
internal sealed class Page
{
    private readonly PageTexts? _texts;
    private readonly PageTemplate[] _templates;

    /// <param name="texts">The languages.</param>
    /// <param name="create">Creates the page in one language.</param>
    internal Page(PageTexts texts, Func<PageLanguage, PageTemplate> create)
    {
        _texts = texts;
        _templates = [.. texts.Languages.Select(create)];
    }

    /// <summary>A page in only one language.</summary>
    internal Page(PageTemplate only) => _templates = [only];

    /// <summary>The page in the client's language; sets the response's headers accordingly.</summary>
    internal PageTemplate For(HttpContext http)
    {
        var template = _templates[_texts?.IndexFor(http.Request.Headers.AcceptLanguage) ?? 0];
        if (template.Language is { } language)
        {
            http.Response.Headers.ContentLanguage = language.Tag;
        }

        return template;
    }
}
