using System.Security.Cryptography;
using Bouncer.Decisions;
using Bouncer.Lapi;
using Bouncer.Lookup;
using Bouncer.Snapshots;

namespace Bouncer.Tests.Snapshots;

/// <summary>Snapshots in memory, of one LAPI and key.</summary>
internal static class SnapshotBytes
{
    internal static EngineSettings InForce { get; } = SettingsOf(static _ => { });

    internal static SnapshotIdentity Identity { get; } = SnapshotIdentity.Of(InForce, "key");

    internal static EngineSettings SettingsOf(Action<BouncerOptions> configure)
    {
        var options = new BouncerOptions { Lapi = { Url = new Uri("http://127.0.0.1:8080/"), ApiKey = "key" } };
        configure(options);
        return new EngineSettings(options);
    }

    internal static DecisionIndex Index(DecisionRows rows, TimeProvider time)
    {
        var store = new DecisionStore(new RemediationSeverities([], Remediation.Ban), max: 1_000_000, time);
        store.Replace(rows);
        return store.Index;
    }

    internal static byte[] Write(DecisionRows rows, TimeProvider time, TimeSpan pulledAgo = default)
    {
        using var stream = new MemoryStream();
        SnapshotWriter.Write(stream, Index(rows, time), Identity, pulledAgo, time);
        return stream.ToArray();
    }

    internal static Snapshot Read(byte[] file, TimeProvider time) => SnapshotReader.Read(new MemoryStream(file), file.Length, Identity, time);

    /// <summary>Gives a changed file the checksum that it would have been written with.</summary>
    internal static byte[] Sign(byte[] file)
    {
        if (file.Length > SnapshotFormat.HashLength)
        {
            HMACSHA256.HashData(Identity.ChecksumKey, file.AsSpan(..^SnapshotFormat.HashLength), file.AsSpan(^SnapshotFormat.HashLength..));
        }

        return file;
    }
}
