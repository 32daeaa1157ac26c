using Bouncer.Configuration;

namespace Bouncer.Connections;

/// <summary>The contents of the files that TLS settings name, at one time.</summary>
internal sealed class TlsFiles
{
    private const int MaxLength = 1024 * 1024;

    private readonly byte[]?[] _contents;

    private TlsFiles(CrowdSecTlsOptions tls) => _contents =
    [
        Read(nameof(tls.CertificateFile), tls.CertificateFile),
        Read(nameof(tls.KeyFile), tls.KeyFile),
        Read(nameof(tls.KeyPasswordFile), tls.KeyPasswordFile, isSecret: true),
        Read(nameof(tls.CaFile), tls.CaFile),
    ];

    internal byte[]? Certificate => _contents[0];

    internal byte[]? Key => _contents[1];

    internal byte[]? KeyPassword => _contents[2];

    internal byte[]? Ca => _contents[3];

    /// <summary>Whether settings name any file.</summary>
    internal static bool AreNamed(CrowdSecTlsOptions tls) => (tls.CertificateFile ?? tls.KeyFile ?? tls.KeyPasswordFile ?? tls.CaFile) is not null;

    /// <summary>Reads all files.</summary>
    /// <exception cref="TlsFileException">One of them cannot be read.</exception>
    internal static TlsFiles Read(CrowdSecTlsOptions tls) => new(tls);

    /// <summary>Whether the files have the same contents. Times are not compared: those of links tell nothing about their targets.</summary>
    internal bool AreSameAs(TlsFiles other) => _contents.Zip(other._contents).All(static pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    private static byte[]? Read(string setting, string? path, bool isSecret = false)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            using var file = RegularFile.Open(path);
            if (file is null)
            {
                return [];
            }

            var buffer = new byte[Math.Min(file.Length, MaxLength) + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length <= MaxLength)
            {
                return buffer[..length];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Fail(
                error is FileNotFoundException or DirectoryNotFoundException ? "does not exist"
                : Directory.Exists(path) ? "is a folder"
                : error is UnauthorizedAccessException ? "may not be read by the user of this process"
                : "cannot be read",
                error);
        }

        throw Fail("is larger than 1 MiB");

        // A value that may be the secret itself is not shown.
        TlsFileException Fail(string problem, Exception? error = null) => new(
            setting, isSecret || path.Contains("-----BEGIN", StringComparison.Ordinal) ? $"names a file that {problem}." : $"names '{path}', which {problem}.", error);
    }
}
