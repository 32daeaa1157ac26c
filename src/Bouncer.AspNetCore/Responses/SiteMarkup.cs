namespace Bouncer.AspNetCore.Responses;

/// <summary>The parts of a page that are present only if the settings contain details of the site.</summary>
internal static class SiteMarkup
{
    private const string ContactLink = """<a href="{{contactUrl}}">{{contactPage}}</a>""";
    private const string MailLink = """<a href="mailto:{{contactEmail}}" dir="ltr">{{contactEmail}}</a>""";
    private const string MailLinkWithReference = """<a href="mailto:{{contactEmail}}?subject={{subject}}{{$reference}}{{subjectEnd}}" dir="ltr">{{contactEmail}}</a>""";
    private const string PrivacyLink = """<a href="{{privacyUrl}}">{{privacyPage}}</a>""";

    /// <summary>Inserts the parts at their placeholders, <c>{{&gt;part}}</c>.</summary>
    internal static string Fill(string page, SiteDetails site) => page
        .Replace("{{>inTitle}}", site.Name is null ? "" : " – {{siteName}}", StringComparison.Ordinal)
        .Replace("{{>name}}", site.Name is null ? "" : """<p class="site"><bdi>{{siteName}}</bdi></p>""", StringComparison.Ordinal)
        .Replace("{{>contact}}", Contact(site), StringComparison.Ordinal)
        .Replace("{{>footer}}", Footer([site.PrivacyUrl is null ? null : PrivacyLink]), StringComparison.Ordinal)
        .Replace("{{>footerWithContact}}", Footer([
            site.ContactUrl is null ? null : ContactLink, site.ContactEmail is null ? null : MailLink, site.PrivacyUrl is null ? null : PrivacyLink]), StringComparison.Ordinal);

    private static string Contact(SiteDetails site) => site.HasContact
        ? $"<ul>{(site.ContactUrl is null ? "" : $"<li>{ContactLink}</li>")}{(site.ContactEmail is null ? "" : $"<li>{MailLinkWithReference}</li>")}</ul>"
        : "";

    private static string Footer(string?[] links) =>
        links.OfType<string>().ToArray() is { Length: > 0 } some ? $"<footer>{string.Concat(some)}</footer>" : "";
}
