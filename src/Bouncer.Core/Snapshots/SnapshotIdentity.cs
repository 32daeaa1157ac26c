using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bouncer.Connections;
using Bouncer.Lapi;

namespace Bouncer.Snapshots;

/// <summary>Whose decisions a snapshot has: those of a LAPI, for a key, by filters. Both hashes are keyed with LAPI's key, or with the
/// file of the client certificate's private key, so that only those who know it can create a file that is used; neither tells
/// it.</summary>
/// <param name="Settings">The settings by which that LAPI is asked.</param>
/// <param name="Hash">Equal for the same decisions; part of the file.</param>
/// <param name="ChecksumKey">The key of the file's checksum.</param>
internal sealed record SnapshotIdentity(EngineSettings Settings, byte[] Hash, byte[] ChecksumKey)
{
    /// <exception cref="LapiException">There is no key.</exception>
    /// <exception cref="TlsFileException">There is only a client certificate, whose files cannot be read.</exception>
    internal static async Task<SnapshotIdentity> OfAsync(EngineSettings settings, CancellationToken cancellationToken) =>
        Of(settings, await LapiKey.ReadAsync(settings.Server, cancellationToken).ConfigureAwait(false) ?? SecretOf(settings.Server.Options.Tls));

    internal static SnapshotIdentity Of(EngineSettings settings, string key)
    {
        var (query, sync) = (settings.Query, settings.Sync);
        var asked = string.Join('\n', new[]
        {
            settings.Identity,
            query.Scopes,
            query.Origins,
            query.ScenariosContaining,
            query.ScenariosNotContaining,
            sync.MinIPv4PrefixLength.ToString(CultureInfo.InvariantCulture),
            sync.MinIPv6PrefixLength.ToString(CultureInfo.InvariantCulture),
            sync.MaxDecisions.ToString(CultureInfo.InvariantCulture),
        });
        return new(settings, Keyed(key, "snapshot identity\n" + asked), Keyed(key, "snapshot checksum\n" + asked));
    }

    private static string SecretOf(CrowdSecTlsOptions tls)
    {
        var files = TlsFiles.Read(tls);
        return Convert.ToHexString(files.Key ?? files.Certificate!) + (files.KeyPassword is { } password ? Convert.ToHexString(password) : tls.KeyPassword);
    }

    private static byte[] Keyed(string key, string text) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text));
}
