using System.Text;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Reads the secret key from the settings, or else from the first line of a file, which is read each time so that the
/// key can be renewed.</summary>
internal static class SiteSecret
{
    internal const int MaxFileLength = 4096;

    /// <summary>The secret; null if it is not available.</summary>
    internal static async ValueTask<string?> ReadAsync(SiteVerifySettings settings, CancellationToken cancellationToken)
    {
        if (settings.SecretKeyFile is not { } path)
        {
            return Check(settings.SecretKey);
        }

        try
        {
            var buffer = new byte[MaxFileLength + 1];
            await using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            var length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return length > MaxFileLength ? null : Check(FirstLine(buffer.AsSpan(0, length)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            // For example, while it is being replaced: the caller gets no secret.
            return null;
        }
    }

    /// <summary>The secret without surrounding white space; null if it has characters that are invalid in a secret.</summary>
    internal static string? Check(string? text) =>
        text?.Trim() is { Length: > 0 } secret && !secret.AsSpan().ContainsAnyExceptInRange('!', '~') ? secret : null;

    private static string FirstLine(ReadOnlySpan<byte> text)
    {
        var start = text.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        return Encoding.UTF8.GetString(text[start..(end < 0 ? text.Length : end)]);
    }
}
