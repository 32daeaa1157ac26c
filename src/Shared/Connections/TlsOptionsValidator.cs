using Bouncer.Configuration;

namespace Bouncer.Connections;

/// <summary>Validates the settings of a connection. Files that it names are read as they will be used.</summary>
internal static class TlsOptionsValidator
{
    /// <param name="tls">The options.</param>
    /// <param name="url">The URL of the connection, which is valid; null if it is missing or is not.</param>
    /// <param name="errors">Collects errors of the section <c>Tls</c>.</param>
    internal static void Validate(CrowdSecTlsOptions tls, Uri? url, SettingErrors errors)
    {
        var count = tls.Pins?.Count ?? 0;
        for (var i = 0; i < count; i++)
        {
            if (ServerCheck.HashOf(tls.Pins![i]) is null)
            {
                errors.Add($"Pins:{i}", "is not a pin: write the base64 of a SHA-256, as in sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.");
            }
        }

        if (url is not null && url.Scheme != Uri.UriSchemeHttps && (count > 0 || (tls.CertificateFile ?? tls.CaFile) is not null))
        {
            errors.Add(tls.CertificateFile is not null ? nameof(tls.CertificateFile) : tls.CaFile is not null ? nameof(tls.CaFile) : nameof(tls.Pins), "has no effect: the URL does not begin with https://.");
        }

        if (tls.CertificateFile is null && (tls.KeyFile ?? tls.KeyPassword ?? tls.KeyPasswordFile) is not null)
        {
            errors.Add(nameof(tls.CertificateFile), "is missing: KeyFile, KeyPassword and KeyPasswordFile belong to a certificate.");
        }

        if (tls.KeyPassword is not null && tls.KeyPasswordFile is not null)
        {
            errors.Add(nameof(tls.KeyPassword), $"and {errors.PathOf(nameof(tls.KeyPasswordFile))} are both set: keep one.");
        }

        try
        {
            TlsState.Create(tls, TlsFiles.Read(tls));
        }
        catch (TlsFileException error)
        {
            errors.Add(error.Setting, error.Problem);
        }
    }
}
