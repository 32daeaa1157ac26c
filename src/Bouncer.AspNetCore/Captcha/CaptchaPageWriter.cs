using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Writes the page in the client's language. HEAD gets only the headers.</summary>
internal static class CaptchaPageWriter
{
    private static readonly StringValues Vary = new([
        HeaderNames.Accept, HeaderNames.AcceptLanguage, HeaderNames.Cookie, "Sec-Fetch-Dest", "Sec-Fetch-Mode"]);

    // With "no-referrer" a browser would not send a form's origin, and over plain http nothing else shows it.
    private static readonly StringValues SameOrigin = "same-origin";

    internal static async ValueTask WriteAsync(HttpContext http, CaptchaSettings settings, CaptchaView view)
    {
        var response = http.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = CaptchaDocument.PolicyFor(view.Widget);
        response.Headers["Referrer-Policy"] = SameOrigin;
        response.Headers.Append(HeaderNames.Vary, Vary);
        var template = settings.Page.For(http);
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        var others = CaptchaPrivacy.HostsOf(view.Widget, http.Request);
        var wait = settings.Wait is not null && view.Referral.Length > 0
            ? Encode(CaptchaLinks.Wait(http.Request, settings.PathPrefix, view.Policy, view.Referral, view.Return, ticket: ""))
            : null;
        string[] values = [.. CaptchaDocument.Values.Select(name => name switch
        {
            // A visitor with a notice to read follows the link instead.
            "refresh" => wait is null || view.Notice is not null ? "" : $"""<noscript><meta http-equiv="refresh" content="0; url={wait}"></noscript>""",
            "noScript" => wait is null ? template.Text("noScript") : $"""{template.Text("noScriptWait")} <a href="{wait}">{template.Text("waitStart")}</a>""",
            "privacy" => CaptchaPrivacy.LineOf(template, http.Request, others),
            "intro" => template.Text(IntroOf(view, others.Count > 0)),
            "notice" => view.Notice is { } notice ? $"""<p class="note" role="alert">{template.Text(notice)}</p>""" : "",
            "action" => Encode(CaptchaLinks.Page(http.Request, settings.PathPrefix, view.Policy, view.Referral)),
            "source" => Encode(CaptchaLinks.Task(http.Request, settings.PathPrefix, view.Policy, view.Referral)),
            "task" => Encode(view.Task ?? ""),
            "wait" => view.Notice is null ? "" : "1",
            "limit" => LimitOf(settings.Timeout),
            "referral" => view.Referral,
            "return" => Encode(view.Return),
            "field" => Encode(view.Widget.Field),
            _ => view.Widget.Script is { } script ? WidgetOf(view, script) : OwnWidget(view.Widget, template),
        })];
        await template.Body.WriteAsync(response, values);
    }

    private static string IntroOf(CaptchaView view, bool isElsewhere) => view.Widget switch
    {
        { Script: null } => view.IsStandIn ? "standIn" : "intro",
        { IsInvisible: true } => isElsewhere ? "invisible" : "invisibleHere",
        _ => isElsewhere ? "widget" : "widgetHere",
    };

    /// <summary>The time in seconds within which a solution must be answered: the timeout of a call to a provider, the same again
    /// for a probe without the visitor, and ten seconds for the network.</summary>
    private static string LimitOf(TimeSpan timeout) => ((int)Math.Ceiling(2 * timeout.TotalSeconds) + 10).ToString(CultureInfo.InvariantCulture);

    private static string OwnWidget(CaptchaWidget widget, PageTemplate template) => $"""
        <input type="hidden" id="solution" name="{Encode(widget.Field)}">
        <div id="bar" role="progressbar" aria-label="{template.Text("progress")}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" hidden><div id="fill"></div></div>
        """;

    private static string WidgetOf(CaptchaView view, Uri script)
    {
        var widget = view.Widget;
        var attributes = AttributesOf(widget, CaptchaAction.Of(view.Policy));
        var element = widget.IsInvisible
            ? $"""<input type="hidden" id="token" name="{Encode(widget.Field)}"{attributes}>"""
            : $"""<{widget.ElementName} class="{Encode(widget.ElementClass)}"{attributes}></{widget.ElementName}>""";
        return $"""
            {element}
            <script id="widget" src="{Encode(script.AbsoluteUri)}" {(widget.IsModule ? "type=\"module\"" : "defer")}></script>
            """;
    }

    private static string AttributesOf(CaptchaWidget widget, string action)
    {
        var attributes = new StringBuilder($" data-action=\"{action}\"");
        foreach (var (name, value) in widget.Attributes)
        {
            attributes.Append(' ').Append(Encode(name)).Append("=\"").Append(Encode(value)).Append('"');
        }

        return attributes.ToString();
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
