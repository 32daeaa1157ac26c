using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>INetFwPolicy2 of netfw.h: all 22 of its methods, in its order.</summary>
/// <remarks>Methods that are never called are declared without parameters, only for their slots.</remarks>
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

    void GetServiceRestriction();

    void EnableRuleGroup();

    void IsRuleGroupEnabled();

    void RestoreLocalFirewallDefaults();

    void GetDefaultInboundAction();

    void PutDefaultInboundAction();

    void GetDefaultOutboundAction();

    void PutDefaultOutboundAction();

    void GetIsRuleGroupCurrentlyEnabled();

    /// <returns>S_FALSE if the profiles of the machine's networks differ.</returns>
    [PreserveSig]
    int GetLocalPolicyModifyState(out LocalPolicyState state);
}
