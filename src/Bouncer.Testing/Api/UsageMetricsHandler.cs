using System.IO.Compression;

namespace Bouncer.Testing.Api;

/// <summary>POST /v1/usage-metrics of the newest dialect. Bodies may be gzip-encoded.</summary>
internal static class UsageMetricsHandler
{
    private const int LargestBody = 50 * 1024 * 1024;

    // Returns the accepted body; null if it was refused and the answer is written.
    public static async Task<string?> HandleAsync(HttpContext context)
    {
        try
        {
            var body = await ReadAsync(context);
            UsageMetricsValidator.Validate(body);
            context.Response.StatusCode = StatusCodes.Status201Created;
            return body;
        }
        catch (UsageMetricsException refused)
        {
            await GoResponse.MessageAsync(context, refused.Status, refused.Message);
            return null;
        }
    }

    private static async Task<string> ReadAsync(HttpContext context)
    {
        var stream = context.Request.Body;
        if (context.Request.Headers.ContentEncoding == "gzip")
        {
            stream = new GZipStream(stream, CompressionMode.Decompress);
        }

        using var reader = new StreamReader(stream);
        var buffer = new char[8192];
        var body = new System.Text.StringBuilder();
        int read;
        while ((read = await reader.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            body.Append(buffer, 0, read);
            if (body.Length > LargestBody)
            {
                throw new UsageMetricsException(StatusCodes.Status413PayloadTooLarge, "request body too large");
            }
        }

        return body.ToString();
    }
}
