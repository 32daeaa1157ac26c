using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Bouncer.Firewall.Windows.Com;

/// <summary>INetFwRule of netfw.h, in its order. Changes of a rule in the firewall take effect immediately.</summary>
/// <remarks>Methods that are never called are declared without parameters, only for their slots. A VARIANT_BOOL is a short, 0 or
/// -1. Windows returns null for an empty text.</remarks>
[GeneratedComInterface(StringMarshalling = StringMarshalling.Custom, StringMarshallingCustomType = typeof(BStrStringMarshaller))]
[Guid("AF230D27-BABA-4E42-ACED-F524F22CFCE2")]
internal unsafe partial interface INetFwRule : IDispatch
{
    string? GetName();

    void PutName(string name);

    string? GetDescription();

    void PutDescription(string description);

    string? GetApplicationName();

    void PutApplicationName();

    string? GetServiceName();

    void PutServiceName();

    int GetProtocol();

    void PutProtocol(int protocol);

    string? GetLocalPorts();

    void PutLocalPorts();

    string? GetRemotePorts();

    void PutRemotePorts();

    string? GetLocalAddresses();

    void PutLocalAddresses();

    string? GetRemoteAddresses();

    void PutRemoteAddresses(string addresses);

    void GetIcmpTypesAndCodes();

    void PutIcmpTypesAndCodes();

    RuleDirection GetDirection();

    void PutDirection(RuleDirection direction);

    /// <param name="interfaces">VT_EMPTY if the rule applies to all interfaces, otherwise an array of names. The caller clears
    /// it.</param>
    void GetInterfaces(ComVariant* interfaces);

    void PutInterfaces();

    string? GetInterfaceTypes();

    void PutInterfaceTypes();

    short GetEnabled();

    void PutEnabled(short enabled);

    string? GetGrouping();

    void PutGrouping(string grouping);

    int GetProfiles();

    void PutProfiles(int profiles);

    short GetEdgeTraversal();

    void PutEdgeTraversal();

    int GetAction();

    void PutAction(int action);
}
