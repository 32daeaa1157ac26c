namespace Bouncer.AspNetCore.Responses;

/// <summary>Creates the pages for one state of the settings: in every language, with the site's details.</summary>
internal sealed class PageMaker(PageTexts texts, SiteDetails site)
{
    private static readonly string Frame = PageFile.ReadPage("RefusalPage.html");

    /// <summary>Creates a page.</summary>
    /// <param name="page">The whole page.</param>
    /// <param name="values">The names of its values.</param>
    internal Page Make(string page, string[] values)
    {
        var filled = SiteMarkup.Fill(page, site);
        return new Page(texts, language => new PageTemplate(new BodyTemplate(filled, values, name => Find(language, name)), language));
    }

    /// <summary>Creates a refusal's page.</summary>
    /// <param name="heading">The name of the text that is its title and heading.</param>
    /// <param name="content">The content below the heading.</param>
    internal RefusalPage MakeRefusal(string heading, string content)
    {
        var page = Frame.Replace("{{>heading}}", "{{" + heading + "}}", StringComparison.Ordinal).Replace("{{>content}}", content, StringComparison.Ordinal);
        return new RefusalPage(page, Make(page, RefusalPage.Values));
    }

    /// <summary>Loads the operator's own page, which is in one language. <c>{{reference}}</c> is its only value.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal RefusalPage Load(string path)
    {
        var page = File.ReadAllText(path);
        return new RefusalPage(
            page, new Page(new PageTemplate(new BodyTemplate(page.Replace("{{reference}}", "{{$reference}}", StringComparison.Ordinal), RefusalPage.Values, site.Find), null)));
    }

    /// <summary>Finds a text or another part of a page. If the site has contact details, a text whose name ends with
    /// "WithContact" replaces the one of that name without it.</summary>
    private string? Find(PageLanguage language, string name) => name switch
    {
        "subject" => EncodeInUrl(language.Texts["mailSubject"] + " "),
        "subjectEnd" => site.Name is null ? "" : EncodeInUrl($" ({site.Name})"),
        _ => (site.HasContact ? language.Find(name + "WithContact") : null) ?? language.Find(name) ?? site.Find(name),
    };

    private static string EncodeInUrl(string text) => PageLanguage.Encode(Uri.EscapeDataString(text));
}
