using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Bouncer.Snapshots;

/// <summary>Makes a renamed file last over a loss of power. The platform's file handles cannot be opened on a folder.</summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">It failed.</exception>
    internal static void Run(string folder)
    {
        // Windows has no such call: NTFS writes renames to its journal.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open(folder, ReadOnly);
        if (handle < 0)
        {
            throw Failure();
        }

        try
        {
            if (Flush(handle) != 0)
            {
                throw Failure();
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failure() => new(new Win32Exception(Marshal.GetLastPInvokeError()).Message);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
