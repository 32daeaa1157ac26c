using Bouncer.Configuration;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Reads the secret key from the settings, or else from the first line of a file, which is read each time so that the
/// key can be renewed.</summary>
internal static class SiteSecret
{
    /// <summary>The secret; null if it is not available.</summary>
    internal static async ValueTask<string?> ReadAsync(SiteVerifySettings settings, CancellationToken cancellationToken)
    {
        if (settings.SecretKeyFile is not { } path)
        {
            return Check(settings.SecretKey);
        }

        try
        {
            return Check(await SecretFile.ReadFirstLineAsync(path, cancellationToken));
        }
        catch (IOException)
        {
            // For example, while it is being replaced: the caller gets no secret.
            return null;
        }
    }

    /// <summary>The secret without surrounding white space; null if it has characters that are invalid in a secret.</summary>
    internal static string? Check(string? text) =>
        text?.Trim() is { Length: > 0 } secret && !secret.AsSpan().ContainsAnyExceptInRange('!', '~') ? secret : null;
}
