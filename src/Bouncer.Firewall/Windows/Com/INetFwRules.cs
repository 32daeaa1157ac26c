using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>INetFwRules of netfw.h, in its order. All rules of the machine.</summary>
[GeneratedComInterface]
[Guid("9C4C6277-5027-441E-AFAE-CA1F542DA009")]
internal partial interface INetFwRules : IDispatch
{
    int GetCount();

    /// <summary>Adds a rule, also where there is one of that name.</summary>
    void Add(INetFwRule rule);

    /// <summary>Removes a rule of a name; succeeds where there is none.</summary>
    void Remove([MarshalAs(UnmanagedType.BStr)] string name);

    /// <summary>Finds a rule of a name; E_FILENOTFOUND where there is none.</summary>
    [return: MarshalUsing(typeof(UniqueComInterfaceMarshaller<INetFwRule>))]
    INetFwRule Item([MarshalAs(UnmanagedType.BStr)] string name);

    [return: MarshalUsing(typeof(UniqueComInterfaceMarshaller<IEnumVariant>))]
    IEnumVariant GetNewEnum();
}
