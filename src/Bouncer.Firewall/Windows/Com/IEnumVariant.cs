using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>IEnumVARIANT of oaidl.h; only its first method is called.</summary>
[GeneratedComInterface]
[Guid("00020404-0000-0000-C000-000000000046")]
internal unsafe partial interface IEnumVariant
{
    /// <returns>S_FALSE if there were fewer items than requested.</returns>
    [PreserveSig]
    int Next(uint count, ComVariant* items, uint* fetched);
}
