using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>INetFwPolicy2 of netfw.h, in its order, as far as the rules; what stands behind them is not called.</summary>
/// <remarks>The methods that are never called have no parameters here: only their places count.</remarks>
[GeneratedComInterface]
[Guid("98325047-C671-4174-8D81-DEFCD3F03186")]
internal partial interface INetFwPolicy2 : IDispatch
{
    int GetCurrentProfileTypes();

    /// <returns>A VARIANT_BOOL: 0 is false.</returns>
    short GetFirewallEnabled(int profile);

    void PutFirewallEnabled();

    void GetExcludedInterfaces();

    void PutExcludedInterfaces();

    void GetBlockAllInboundTraffic();

    void PutBlockAllInboundTraffic();

    void GetNotificationsDisabled();

    void PutNotificationsDisabled();

    void GetUnicastResponsesToMulticastBroadcastDisabled();

    void PutUnicastResponsesToMulticastBroadcastDisabled();

    [return: MarshalUsing(typeof(UniqueComInterfaceMarshaller<INetFwRules>))]
    INetFwRules GetRules();
}
