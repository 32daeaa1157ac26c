using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Bouncer.Firewall.Nftables;

/// <summary>A script in a sealed file in memory, so that nft reads all of it or nothing. From a pipe, nft would execute a partial
/// script if this process were killed while writing.</summary>
/// <remarks>See memfd_create(2) and fcntl(2). No other program inherits the file.</remarks>
internal sealed partial class NftScript : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private const int AddSeals = 1033;

    private readonly SafeFileHandle _file;

    private NftScript(SafeFileHandle file) => _file = file;

    [Flags]
    private enum MemoryFileFlags : uint
    {
        CloseOnExec = 1,
        AllowSealing = 2,
    }

    [Flags]
    private enum Seals
    {
        Seal = 1,
        Shrink = 2,
        Grow = 4,
        Write = 8,
    }

    /// <summary>The path by which another process of the same user can open it until it is disposed.</summary>
    internal string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{_file.DangerousGetHandle()}");

    /// <exception cref="FirewallException">The system has no room for it.</exception>
    internal static NftScript Write(IEnumerable<string> lines)
    {
        NftScript script = new(Create());
        try
        {
            script.Fill(lines);
            return script;
        }
        catch (Exception e) when (e is IOException or Win32Exception)
        {
            script.Dispose();
            throw new FirewallException(FirewallErrorKind.Failed, $"A script for nft cannot be kept in memory ({e.Message}). Look for what uses up memory.", e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Create()
    {
        var file = MemoryFile("bouncer-nft", MemoryFileFlags.CloseOnExec | MemoryFileFlags.AllowSealing);
        return file.IsInvalid ? throw new FirewallException(FirewallErrorKind.Failed, $"A file in memory cannot be created ({new Win32Exception().Message}). Look for a filter of system calls, or for what uses up memory.") : file;
    }

    private void Fill(IEnumerable<string> lines)
    {
        // The stream must not close the handle, because that would delete the file.
        using (FileStream stream = new(new SafeFileHandle(_file.DangerousGetHandle(), ownsHandle: false), FileAccess.Write, bufferSize: 0))
        using (StreamWriter writer = new(stream, Encoding.ASCII, BufferSize))
        {
            foreach (var line in lines)
            {
                writer.Write(line);
                writer.Write('\n');
            }
        }

        if (Control(_file, AddSeals, Seals.Seal | Seals.Shrink | Seals.Grow | Seals.Write) < 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle MemoryFile(string name, MemoryFileFlags flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, Seals seals);
}
