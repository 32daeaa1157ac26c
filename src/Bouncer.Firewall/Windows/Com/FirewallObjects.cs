using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Runtime.Versioning;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>The objects of Windows, HNetCfg.FwPolicy2 and HNetCfg.FWRule.</summary>
/// <remarks>Their threading model is "both", and threads of the pool are in the multi-threaded apartment, so any thread can use
/// them.</remarks>
[SupportedOSPlatform("windows")]
internal sealed partial class FirewallObjects : IFirewallObjects
{
    private const int InProcessServer = 1;

    private static readonly Guid Policy = new("E2B3C97F-6AE1-41AC-817A-F6F92166D7DD");
    private static readonly Guid Rule = new("2C5BC43E-3369-4C33-AB0C-BE9469677AF4");
    private static readonly Guid Unknown = new("00000000-0000-0000-C000-000000000046");

    public INetFwPolicy2 CreatePolicy() => Create<INetFwPolicy2>(Policy);

    public INetFwRule CreateRule() => Create<INetFwRule>(Rule);

    private static unsafe T Create<T>(Guid type)
    {
        Marshal.ThrowExceptionForHR(CoCreateInstance(type, 0, InProcessServer, Unknown, out var pointer));
        try
        {
            // This queries the object for the interface.
            return UniqueComInterfaceMarshaller<T>.ConvertToManaged((void*)pointer)!;
        }
        finally
        {
            Marshal.Release(pointer);
        }
    }

    [LibraryImport("ole32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CoCreateInstance(in Guid type, nint outer, int context, in Guid interfaceId, out nint instance);
}
