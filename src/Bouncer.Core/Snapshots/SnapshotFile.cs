namespace Bouncer.Snapshots;

/// <summary>The snapshot file and those beside it: <c>.tmp</c> while one is written, <c>.bad</c> for one that could not be used, and
/// <c>.lock</c>, which the process that uses them holds open. Not thread-safe.</summary>
internal sealed class SnapshotFile(string path) : IDisposable
{
    /// <summary>Only the owner may read or write: a file that others can write would decide who is refused.</summary>
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = Path.GetFullPath(path);
    private FileStream? _lock;

    private string Temporary => _path + ".tmp";

    private string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>Keeps other processes from using the file, until this one ends.</summary>
    /// <returns>Whether no other uses it.</returns>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    /// <exception cref="IOException">The folder does not exist, or the like.</exception>
    internal bool TryLock()
    {
        var path = _path + ".lock";
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException("Its lock file is a symbolic link.");
        }

        try
        {
            _lock = new FileStream(path, Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return true;
        }
        catch (IOException) when (Directory.Exists(Folder) && File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Opens the file; null if there is none.</summary>
    /// <exception cref="SnapshotException">It is none that this process would have written.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal FileStream? OpenRead()
    {
        var info = new FileInfo(_path);
        if (info.LinkTarget is not null)
        {
            throw new SnapshotException("is a symbolic link");
        }

        if (!info.Exists)
        {
            return null;
        }

        // Before it is opened: a pipe, which has no length, would block.
        if (info.Length < SnapshotFormat.MinLength)
        {
            throw SnapshotException.Damaged();
        }

        var file = new FileStream(_path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle) != OwnerOnly)
        {
            file.Dispose();
            throw new SnapshotException("has another mode than 0600, so that others may have written it");
        }

        return file;
    }

    /// <summary>Replaces the file in one step: whenever the process or the machine stops, there is the old one or the new one.</summary>
    /// <exception cref="IOException">It failed; the old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal T Replace<T>(Func<Stream, T> write)
    {
        // What a process left that was killed. If it is a link, it alone is removed, and the new file is never opened through one.
        File.Delete(Temporary);
        T result;
        using (var file = new FileStream(Temporary, Options(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
        {
            result = write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(Temporary, _path, overwrite: true);
        FolderFlush.Run(Folder);
        return result;
    }

    /// <summary>Removes what a failed write left.</summary>
    internal void RemoveTemporary()
    {
        try
        {
            File.Delete(Temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next write tries again.
        }
    }

    /// <summary>Moves the file aside, for the operator to look at.</summary>
    internal void SetAside()
    {
        try
        {
            File.Move(_path, _path + ".bad", overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It stays, and is refused again at the next start unless it has been replaced by then.
        }
    }

    public void Dispose() => _lock?.Dispose();

    private static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }
}
