using System.Text;

namespace Bouncer.Lapi;

/// <summary>Reads the bouncer's key. Errors contain no part of it.</summary>
internal static class LapiKey
{
    private const int MaxFileLength = 4096;

    /// <summary>Returns the key from the options, or else from the first line of the key file, which is read each time.</summary>
    /// <exception cref="LapiException">There is none, or it cannot be one.</exception>
    internal static async Task<string> ReadAsync(LapiOptions options, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(options.ApiKey))
        {
            return Check(options.ApiKey, "Bouncer:Lapi:ApiKey");
        }

        if (string.IsNullOrWhiteSpace(options.ApiKeyFile))
        {
            throw NoCredentials("There is no key for LAPI: set Bouncer:Lapi:ApiKey or Bouncer:Lapi:ApiKeyFile.");
        }

        var text = await ReadFileAsync(options.ApiKeyFile, cancellationToken).ConfigureAwait(false);
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return Check(end < 0 ? text : text[..end], "The first line of the file that Bouncer:Lapi:ApiKeyFile names");
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxFileLength + 1];
        int length;
        try
        {
            // The file may be replaced or renamed at any time.
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw NoCredentials("The file that Bouncer:Lapi:ApiKeyFile names cannot be read.", exception);
        }

        if (length > MaxFileLength)
        {
            throw NoCredentials("The file that Bouncer:Lapi:ApiKeyFile names is larger than 4 KiB.");
        }

        var isMarked = buffer.AsSpan(0, length).StartsWith(Encoding.UTF8.Preamble);
        return Encoding.UTF8.GetString(buffer.AsSpan(0, length)[(isMarked ? Encoding.UTF8.Preamble.Length : 0)..]);
    }

    private static string Check(string text, string source)
    {
        var key = text.Trim();
        if (key.Length == 0)
        {
            throw NoCredentials($"{source} is empty.");
        }

        return key.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw NoCredentials($"{source} is no key: it has characters other than visible ASCII.")
            : key;
    }

    private static LapiException NoCredentials(string message, Exception? inner = null) => new(LapiErrorKind.NoCredentials, message, inner);
}
