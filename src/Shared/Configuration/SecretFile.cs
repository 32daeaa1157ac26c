using System.Text;

namespace Bouncer.Configuration;

/// <summary>Reads secrets from files.</summary>
internal static class SecretFile
{
    /// <summary>The maximum length of a file, in bytes.</summary>
    internal const int MaxLength = 4096;

    /// <summary>Reads the first line of a file, which may be replaced or renamed at any time.</summary>
    /// <returns>The line, without a byte order mark; null if the file is longer than <see cref="MaxLength"/>.</returns>
    /// <exception cref="IOException">The file cannot be read for any reason; the message does not contain the path.</exception>
    internal static async Task<string?> ReadFirstLineAsync(string path, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxLength + 1];
        int length;
        try
        {
            if (RegularFile.Open(path, useAsync: true) is not { } file)
            {
                return "";
            }

            await using (file.ConfigureAwait(false))
            {
                length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new IOException("The file cannot be read.", error);
        }

        return length > MaxLength ? null : FirstLine(buffer.AsSpan(0, length));
    }

    /// <summary>The first line of a text, without a byte order mark.</summary>
    internal static string FirstLine(ReadOnlySpan<byte> text)
    {
        var start = text.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        return Encoding.UTF8.GetString(text[start..(end < 0 ? text.Length : end)]);
    }
}
