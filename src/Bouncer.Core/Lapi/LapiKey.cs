using Bouncer.Configuration;
using Bouncer.Settings;

namespace Bouncer.Lapi;

/// <summary>Reads the bouncer's key. Errors contain no part of it.</summary>
internal static class LapiKey
{
    /// <summary>Returns the key from the options, or else from the first line of the key file, which is read each time; null if there is
    /// only a client certificate.</summary>
    /// <exception cref="LapiException">There is no key, or it is not valid.</exception>
    internal static async Task<string?> ReadAsync(LapiServer server, CancellationToken cancellationToken)
    {
        var (options, section) = (server.Options, server.Section);
        if (!string.IsNullOrWhiteSpace(options.ApiKey))
        {
            return Check(options.ApiKey, $"{section}:ApiKey");
        }

        if (string.IsNullOrWhiteSpace(options.ApiKeyFile))
        {
            return options.Tls.CertificateFile is not null ? null
                : throw NoCredentials($"There is no key for LAPI: set {section}:ApiKey or {section}:ApiKeyFile.");
        }

        try
        {
            var line = await SecretFile.ReadFirstLineAsync(options.ApiKeyFile, cancellationToken).ConfigureAwait(false)
                ?? throw NoCredentials($"The file that {section}:ApiKeyFile names is larger than 4 KiB.");
            return Check(line, $"The first line of the file that {section}:ApiKeyFile names");
        }
        catch (IOException exception)
        {
            throw NoCredentials($"The file that {section}:ApiKeyFile names cannot be read.", exception);
        }
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
