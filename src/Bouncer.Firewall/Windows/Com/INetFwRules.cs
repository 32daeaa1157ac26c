using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>INetFwRules of netfw.h, in its order. All rules of the machine.</summary>
[GeneratedComInterface]
[Guid("9C4C6277-5027-441E-AFAE-CA1F542DA009")]
internal partial interface INetFwRules : IDispatch
{
    int GetCount();

    /// <summary>Adds a rule, even if there is one with the same name.</summary>
    void Add(INetFwRule rule);

    /// <summary>Removes a rule with a name; succeeds if there is none.</summary>
    void Remove([MarshalAs(UnmanagedType.BStr)] string name);

    /// <summary>Finds a rule with a name; E_FILENOTFOUND if there is none.</summary>
    [return: MarshalUsing(typeof(UniqueComInterfaceMarshaller<INetFwRule>))]
    INetFwRule Item([MarshalAs(UnmanagedType.BStr)] string name);

    [return: MarshalUsing(typeof(UniqueComInterfaceMarshaller<IEnumVariant>))]
    IEnumVariant GetNewEnum();
}
