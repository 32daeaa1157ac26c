using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>INetFwRule3 of netfw.h, in its order: the restrictions of a rule since Windows 8. Wine does not implement it.</summary>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(BStrStringMarshaller))]
[Guid("B21563FF-D696-4222-AB46-4E89B73AB34A")]
internal unsafe partial interface INetFwRule3 : INetFwRule2
{
    string? GetLocalAppPackageId();

    void PutLocalAppPackageId();

    string? GetLocalUserOwner();

    void PutLocalUserOwner();

    string? GetLocalUserAuthorizedList();

    void PutLocalUserAuthorizedList();

    string? GetRemoteUserAuthorizedList();

    void PutRemoteUserAuthorizedList();

    string? GetRemoteMachineAuthorizedList();

    void PutRemoteMachineAuthorizedList();

    /// <returns>NET_FW_AUTHENTICATE_TYPE: 0 if traffic need not be secured by IPsec.</returns>
    int GetSecureFlags();

    void PutSecureFlags();
}
