using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Whether AppSec can read the fields of a multipart body: each may name a character set of its own, by which ASP.NET Core
/// decodes it. Files are bytes to the application too. ASP.NET Core's own limits apply, so that a body of tiny parts costs little.</summary>
internal static class MultipartText
{
    /// <summary>ASP.NET Core takes 128 by default; RFC 2046 allows 70.</summary>
    private const int LongestBoundary = 128;

    /// <summary>As many as a form may have by default.</summary>
    private const int MostParts = 1024;

    internal static async ValueTask<bool> IsReadableAsync(MediaTypeHeaderValue type, ReadOnlySequence<byte> body)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > LongestBoundary)
        {
            return boundary.Length == 0;
        }

        try
        {
            var count = 0;
            var parts = new MultipartReader(boundary, PipeReader.Create(body).AsStream());
            while (await parts.ReadNextSectionAsync() is { } part)
            {
                count++;
                if (count > MostParts)
                {
                    return false;
                }

                if (!IsFile(part) && !(BodyText.IsReadableType(part.ContentType) && await BeginsReadableAsync(part.Body)))
                {
                    return false;
                }
            }

            return true;
        }
        catch (InvalidDataException)
        {
            // What this reader does not understand, another may.
            return false;
        }
        catch (IOException)
        {
            // The rest of the body is not inspected, or the application cannot read it.
            return true;
        }
    }

    private static bool IsFile(MultipartSection part) =>
        ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) && disposition.IsFileDisposition();

    private static async ValueTask<bool> BeginsReadableAsync(Stream part)
    {
        var start = new byte[4];
        var length = await part.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false);
        return BodyText.BeginsReadable(new ReadOnlySequence<byte>(start, 0, length));
    }
}
