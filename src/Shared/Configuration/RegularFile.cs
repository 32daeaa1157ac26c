namespace Bouncer.Configuration;

/// <summary>Opens files that settings name.</summary>
internal static class RegularFile
{
    /// <summary>Opens a file for reading, which may be replaced or renamed at any time.</summary>
    /// <returns>Null for what has no length: an empty file, or a named pipe, which cannot be opened without waiting until something is
    /// written to it.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The user of this process may not read it, or it is a folder.</exception>
    internal static FileStream? Open(string path, bool useAsync = false)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
        return target is FileInfo { Exists: true, Length: 0 }
            ? null
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync);
    }
}
