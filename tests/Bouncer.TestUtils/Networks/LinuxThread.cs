using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Bouncer.TestUtils.Networks;

/// <summary>What Linux lets a single thread do and .NET has no call for. Needs root.</summary>
public static partial class LinuxThread
{
    private const int NewNetwork = 0x40000000; // CLONE_NEWNET

    /// <summary>The number of the calling thread.</summary>
    internal static int Id => GetThreadId();

    /// <summary>Moves the calling thread into a new network namespace, which has nothing but a loopback that is down.</summary>
    /// <exception cref="Win32Exception">The kernel does not allow it.</exception>
    internal static void LeaveNetwork() => Check(Unshare(NewNetwork));

    /// <summary>Runs on one processor only. Packets then cross a veth in the order in which they were sent: the kernel delivers
    /// them on the processor that sent them.</summary>
    public static void OnOneProcessor(Action action)
    {
        Span<byte> before = stackalloc byte[128];
        Span<byte> one = stackalloc byte[128];
        Check(GetAffinity(0, before.Length, before));
        var processor = GetProcessor();
        one[processor / 8] = (byte)(1 << (processor % 8));
        Check(SetAffinity(0, one.Length, one));
        try
        {
            action();
        }
        finally
        {
            Check(SetAffinity(0, before.Length, before));
        }
    }

    /// <summary>Runs as a process without CAP_NET_ADMIN would.</summary>
    internal static T WithoutNetAdmin<T>(Func<T> function)
    {
        const uint version = 0x20080522; // _LINUX_CAPABILITY_VERSION_3
        const int netAdmin = 12;
        Span<uint> header = [version, 0];
        Span<uint> before = stackalloc uint[6];
        Check(GetCapabilities(header, before));
        Span<uint> without = [before[0] & ~(1u << netAdmin), .. before[1..]];
        Check(SetCapabilities(header, without));
        try
        {
            return function();
        }
        finally
        {
            Check(SetCapabilities(header, before));
        }
    }

    private static void Check(int result)
    {
        if (result < 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    private static partial int GetCapabilities(Span<uint> header, Span<uint> data);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int SetCapabilities(ReadOnlySpan<uint> header, ReadOnlySpan<uint> data);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int GetProcessor();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nint size, Span<byte> mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, ReadOnlySpan<byte> mask);
}
