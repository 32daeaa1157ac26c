namespace Bouncer.AspNetCore.Responses;

/// <summary>Makes the pages for one state of the settings: in every language, with what they tell of the site.</summary>
internal sealed class PageMaker(PageTexts texts, SiteDetails site)
{
    private static readonly string Frame = PageFile.ReadPage("RefusalPage.html");

    /// <summary>Makes a page.</summary>
    /// <param name="page">The whole page.</param>
    /// <param name="values">The names of its values.</param>
    internal Page Make(string page, string[] values)
    {
        var filled = SiteMarkup.Fill(page, site);
        return new Page(texts, language => new PageTemplate(new BodyTemplate(filled, values, name => Find(language, name)), language));
    }

    /// <summary>Makes a refusal's page.</summary>
    /// <param name="heading">The name of the text that is its title and heading.</param>
    /// <param name="content">What stands below the heading.</param>
    internal RefusalPage MakeRefusal(string heading, string content)
    {
        var page = Frame.Replace("{{>heading}}", "{{" + heading + "}}", StringComparison.Ordinal).Replace("{{>content}}", content, StringComparison.Ordinal);
        return new RefusalPage(page, Make(page, RefusalPage.Values));
    }

    /// <summary>A page of the operator's own, in the one language it is written in. <c>{{reference}}</c> is its only value.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal RefusalPage Load(string path)
    {
        var page = File.ReadAllText(path);
        return new RefusalPage(
            page, new Page(new PageTemplate(new BodyTemplate(page.Replace("{{reference}}", "{{$reference}}", StringComparison.Ordinal), RefusalPage.Values, site.Find), null)));
    }

    /// <summary>A text, or what else has a place in a page. Where the site tells how to reach its operator, a text whose name goes on
    /// with "WithContact" is read in place of the one that is named.</summary>
    private string? Find(PageLanguage language, string name) => name switch
    {
        "subject" => EncodeInUrl(language.Texts["mailSubject"] + " "),
        "subjectEnd" => site.Name is null ? "" : EncodeInUrl($" ({site.Name})"),
        _ => (site.HasContact ? language.Find(name + "WithContact") : null) ?? language.Find(name) ?? site.Find(name),
    };

    private static string EncodeInUrl(string text) => PageLanguage.Encode(Uri.EscapeDataString(text));
}
