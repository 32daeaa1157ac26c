using System.Globalization;
using System.Text.Encodings.Web;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Writes the page on which a client waits. It needs no script: it reloads itself when the wait is over. HEAD gets only
/// the headers.</summary>
internal static class WaitPageWriter
{
    private static readonly StringValues Vary = new([HeaderNames.AcceptLanguage, HeaderNames.Cookie]);
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromMinutes(2);

    internal static async ValueTask WriteAsync(HttpContext http, Page page, WaitView view)
    {
        var (request, response) = (http.Request, http.Response);
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = WaitDocument.Policy;
        response.Headers.Append(HeaderNames.Vary, Vary);
        var template = page.For(http);
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }

        var link = HtmlEncoder.Default.Encode(view.Link);
        string[] values = [.. WaitDocument.Values.Select(name => name switch
        {
            "refresh" => view.IsWaiting ? $"<meta http-equiv=\"refresh\" content=\"{Seconds(view.Left)}; url={link}\">\n" : "",
            "notice" => view.Notice is { } notice ? $"<p class=\"note\">{In(template, notice, view.Left)}</p>\n" : "",
            "say" => view.IsWaiting ? Waiting(template, view, link) : $"""<p><a class="go" href="{link}">{template.Text("retry")}</a></p>""",
            "instead" => HtmlEncoder.Default.Encode(view.Page),
            _ => CaptchaPrivacy.LineOf(template, request, []),
        })];
        await template.Body.WriteAsync(response, values);
    }

    /// <summary>The bar is drawn with features that browsers run without scripts.</summary>
    private static string Waiting(PageTemplate template, WaitView view, string link) => $"""
        <p>{template.Text("waitIntro")}</p>
        <p>{In(template, view.Left < TwoMinutes ? "waitSeconds" : "waitMinutes", view.Left)}</p>
        <svg aria-hidden="true"><rect width="0" height="100%"><animate attributeName="width" from="{Percent(view)}%" to="100%" dur="{Seconds(view.Left)}s" fill="freeze"/></rect></svg>
        <p class="dim">{template.Text("waitHint")} <a href="{link}">{template.Text("continue")}</a></p>
        """;

    private static string In(PageTemplate template, string text, TimeSpan left) => template.Text(text).Replace(
        "{n}", text == "waitSeconds" ? Seconds(left) : Minutes(left), StringComparison.Ordinal);

    /// <summary>Rounded up, so that the page does not reload too early. At least two, as the texts are in the plural.</summary>
    private static string Seconds(TimeSpan time) => Text(Math.Max(2, (int)Math.Ceiling(time.TotalSeconds)));

    private static string Minutes(TimeSpan time) => Text(Math.Max(2, (int)Math.Ceiling(time.TotalMinutes)));

    private static string Percent(WaitView view) => Text(Math.Clamp((int)(100 * (1 - (view.Left / view.Wait))), 0, 100));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
