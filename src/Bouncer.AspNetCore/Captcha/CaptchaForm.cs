using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Reads the page's form, with limits on size, number of fields and time.</summary>
internal static class CaptchaForm
{
    private const int LargestBody = 32 * 1024;
    private const string UrlEncoded = "application/x-www-form-urlencoded";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly FormOptions Limits = new() { ValueCountLimit = 16, KeyLengthLimit = 256, ValueLengthLimit = 24 * 1024 };

    /// <returns>The form; null if it is not one that the page sends, in which case the response's status says why.</returns>
    internal static async ValueTask<IFormCollection?> ReadAsync(HttpContext http, TimeProvider time)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !type.MediaType.Equals(UrlEncoded, StringComparison.OrdinalIgnoreCase)
            || !IsUtf8(type.Charset))
        {
            return Refuse(http, StatusCodes.Status415UnsupportedMediaType);
        }

        if (http.Request.ContentLength > LargestBody)
        {
            return Refuse(http, StatusCodes.Status413PayloadTooLarge);
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestBody;
        }

        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, http.RequestAborted);
        try
        {
            return await http.Request.ReadFormAsync(Limits, either.Token);
        }
        catch (BadHttpRequestException error)
        {
            return Refuse(http, error.StatusCode);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            // Not a form that the page sends, or the client reset the connection.
            return Refuse(http, StatusCodes.Status400BadRequest);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Refuse(http, StatusCodes.Status408RequestTimeout);
        }
    }

    /// <remarks>Browsers send no charset, and the framework throws for some.</remarks>
    private static bool IsUtf8(StringSegment charset) =>
        StringSegment.IsNullOrEmpty(charset) || HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static IFormCollection? Refuse(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return null;
    }
}
