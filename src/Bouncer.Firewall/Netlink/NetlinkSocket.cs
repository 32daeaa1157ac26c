using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Bouncer.Firewall.Netlink;

/// <summary>Opens netlink sockets to the Linux kernel, which .NET's constructors do not support. See netlink(7).</summary>
internal static partial class NetlinkSocket
{
    private const int FamilyNetlink = 16;

    /// <summary>Opens a socket.</summary>
    /// <param name="protocol">The netlink protocol.</param>
    /// <param name="groups">The multicast groups to receive.</param>
    /// <exception cref="SocketException">The kernel does not open a socket.</exception>
    internal static Socket Open(int protocol, params ReadOnlySpan<int> groups)
    {
        const int rawCloseOnExec = 3 | 0x80000;
        const int addressLength = 12;

        SafeSocketHandle handle = new(CreateSocket(FamilyNetlink, rawCloseOnExec, protocol), ownsHandle: true);
        Span<byte> anyPort = stackalloc byte[addressLength];
        anyPort.Clear();
        MemoryMarshal.Write(anyPort, (ushort)FamilyNetlink);
        if (handle.IsInvalid || Bind(handle, anyPort, anyPort.Length) != 0 || !Join(handle, groups))
        {
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new SocketException(error, Marshal.GetPInvokeErrorMessage(error));
        }

        return new Socket(handle);
    }

    private static bool Join(SafeSocketHandle socket, ReadOnlySpan<int> groups)
    {
        const int levelNetlink = 270;
        const int addMembership = 1;

        foreach (var group in groups)
        {
            if (SetOption(socket, levelNetlink, addMembership, group, sizeof(int)) != 0)
            {
                return false;
            }
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial nint CreateSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeSocketHandle socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeSocketHandle socket, int level, int name, in int value, int length);
}
