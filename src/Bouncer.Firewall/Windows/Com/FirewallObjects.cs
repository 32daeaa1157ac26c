using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Runtime.Versioning;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>Windows' own objects, HNetCfg.FwPolicy2 and HNetCfg.FWRule.</summary>
/// <remarks>Their threading model is "both", and the pool's threads are in the multi-threaded apartment: any of them will do.</remarks>
[SupportedOSPlatform("windows")]
internal sealed partial class FirewallObjects : IFirewallObjects
{
    private const int InProcessServer = 1;

    private static readonly Guid Policy = new("E2B3C97F-6AE1-41AC-817A-F6F92166D7DD");
    private static readonly Guid Rule = new("2C5BC43E-3369-4C33-AB0C-BE9469677AF4");

    public INetFwPolicy2 CreatePolicy()
    {
        Marshal.ThrowExceptionForHR(CreatePolicy(Policy, 0, InProcessServer, typeof(INetFwPolicy2).GUID, out var policy));
        return policy;
    }

    public INetFwRule CreateRule()
    {
        Marshal.ThrowExceptionForHR(CreateRule(Rule, 0, InProcessServer, typeof(INetFwRule).GUID, out var rule));
        return rule;
    }

    [LibraryImport("ole32", EntryPoint = "CoCreateInstance")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CreatePolicy(in Guid type, nint outer, int context, in Guid interfaceId, [MarshalUsing(typeof(UniqueComInterfaceMarshaller<INetFwPolicy2>))] out INetFwPolicy2 policy);

    [LibraryImport("ole32", EntryPoint = "CoCreateInstance")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CreateRule(in Guid type, nint outer, int context, in Guid interfaceId, [MarshalUsing(typeof(UniqueComInterfaceMarshaller<INetFwRule>))] out INetFwRule rule);
}
