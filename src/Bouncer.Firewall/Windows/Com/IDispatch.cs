using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>IDispatch of oaidl.h. The firewall's interfaces are dual and follow its four methods, which are declared only for their
/// slots and never called.</summary>
[GeneratedComInterface]
[Guid("00020400-0000-0000-C000-000000000046")]
internal partial interface IDispatch
{
    void GetTypeInfoCount();

    void GetTypeInfo();

    void GetIDsOfNames();

    void Invoke();
}
