using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Html;

namespace IdentitySite.Pages;

// Pages without a view engine: what is put into the text is encoded, unless it is HTML already.
internal static class Html
{
    public static IHtmlContent Of(FormattableString text) => new HtmlFormattableString(text.Format, text.GetArguments()!);

    public static IHtmlContent If(bool condition, FormattableString text) => condition ? Of(text) : HtmlString.Empty;

    public static IResult Page(string title, IHtmlContent body, int status = StatusCodes.Status200OK)
    {
        using var writer = new StringWriter();
        Of($"""
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>{title}</title>
            <link rel="stylesheet" href="/app.css">
            <main><h1>{title}</h1>{body}</main>
            </html>
            """).WriteTo(writer, HtmlEncoder.Default);
        return Results.Content(writer.ToString(), "text/html; charset=utf-8", statusCode: status);
    }

    public static IHtmlContent Form(HttpContext context, string action, FormattableString fields)
    {
        var token = context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        return Of($"""<form method="post" action="{action}"><input type="hidden" name="{token.FormFieldName}" value="{token.RequestToken}">{Of(fields)}</form>""");
    }
}
