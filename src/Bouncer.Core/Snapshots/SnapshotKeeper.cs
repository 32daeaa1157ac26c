using Bouncer.Lapi;
using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Snapshots;

/// <summary>Keeps the decisions over a restart in the file that <see cref="SnapshotOptions.Path"/> names; does nothing without
/// it.</summary>
internal sealed class SnapshotKeeper(SettingsInUse settings, DecisionStore store, PullMarks marks, TimeProvider time, ILogger<SnapshotKeeper> logger) : IDisposable
{
    private SnapshotFile? _file;

    /// <summary>Loads the snapshot; null if there is none that can be used.</summary>
    internal async Task<Snapshot?> LoadAsync(CancellationToken cancellationToken)
    {
        var now = settings.Current;
        if (string.IsNullOrWhiteSpace(now.Options.Snapshot.Path))
        {
            return null;
        }

        var file = new SnapshotFile(now.Options.Snapshot.Path);
        try
        {
            if (!file.TryLock())
            {
                logger.SnapshotInUse();
                return null;
            }

            _file = file;
            var identities = new List<SnapshotIdentity>();
            foreach (var server in now.Servers)
            {
                identities.Add(await SnapshotIdentity.OfAsync(now.For(server.Number), cancellationToken).ConfigureAwait(false));
            }

            return await Task.Run(() => Load(file, identities), cancellationToken).ConfigureAwait(false);
        }
        catch (SnapshotException refusal)
        {
            file.SetAside();
            logger.SnapshotRefused(refusal.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or LapiException)
        {
            logger.SnapshotUnreadable(error.Message);
        }

        return null;
    }

    /// <summary>Saves what is held until it is cancelled, and then once more.</summary>
    internal Task RunAsync(CancellationToken cancellationToken) => _file is { } file
        ? Task.Run(() => new SnapshotSaver(file, settings.Current.Options.Snapshot.Interval, store, marks, time, logger).RunAsync(cancellationToken), CancellationToken.None)
        : Task.CompletedTask;

    public void Dispose() => _file?.Dispose();

    private Snapshot? Load(SnapshotFile file, IReadOnlyList<SnapshotIdentity> identities)
    {
        using var stream = file.OpenRead();
        return stream is null ? null : SnapshotReader.Read(stream, stream.Length, SnapshotReader.Find(stream, identities), time);
    }
}
