using System.Runtime.InteropServices.Marshalling;
using Bouncer.Firewall.Windows;
using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>What Windows knows of a rule.</summary>
internal sealed record FakeRuleState
{
    internal string? Name { get; set; }

    internal string? Description { get; set; }

    internal string? ApplicationName { get; set; }

    internal string? ServiceName { get; set; }

    internal string? LocalAddresses { get; set; } = "*";

    internal string? InterfaceTypes { get; set; } = "All";

    /// <summary>The one interface that the rule holds for; null for all.</summary>
    internal string? Interface { get; set; }

    internal bool EdgeTraversal { get; set; }

    internal string? LocalAppPackageId { get; set; }

    internal string? LocalUserOwner { get; set; }

    internal string? LocalUserAuthorizedList { get; set; }

    internal string? RemoteUserAuthorizedList { get; set; }

    internal string? RemoteMachineAuthorizedList { get; set; }

    internal int SecureFlags { get; set; }

    internal string? Grouping { get; set; }

    internal int Protocol { get; set; } = 256;

    internal RuleDirection Direction { get; set; } = RuleDirection.In;

    internal int Action { get; set; } = 1;

    internal int Profiles { get; set; } = 0x7FFFFFFF;

    internal bool IsEnabled { get; set; }

    internal FakeAddresses Addresses { get; set; } = FakeAddresses.Everybody;

    internal bool Blocks => IsEnabled && Action == 0;
}

/// <summary>A rule as its users see it: what they put into one of the firewall's holds at once.</summary>
[GeneratedComClass]
internal sealed unsafe partial class FakeRule(FakeWindowsFirewall firewall, FakeRuleState state, bool isInFirewall) : INetFwRule3
{
    internal FakeRuleState State => state;

    public string? GetName() => Get(state.Name);

    public void PutName(string name) => Put(() => state.Name = name);

    public string? GetDescription() => Get(state.Description);

    public void PutDescription(string description) => Put(() => state.Description = description);

    public string? GetApplicationName() => Get(state.ApplicationName);

    public string? GetServiceName() => Get(state.ServiceName);

    public int GetProtocol() => Get(state.Protocol);

    public void PutProtocol(int protocol) => Put(() => state.Protocol = protocol);

    public string? GetLocalPorts() => Get<string?>(null);

    public string? GetRemotePorts() => Get<string?>(null);

    public string? GetLocalAddresses() => Get(state.LocalAddresses);

    public string? GetRemoteAddresses()
    {
        firewall.AddressesRead();
        return Get(firewall.GivesBack?.Invoke(state) ?? state.Addresses.Text);
    }

    public void PutRemoteAddresses(string addresses) => Put(() => state.Addresses = FakeAddresses.Parse(addresses, firewall.Refuses));

    public RuleDirection GetDirection() => Get(state.Direction);

    public void PutDirection(RuleDirection direction) => Put(() => state.Direction = direction);

    /// <summary>Gives a name where Windows gives an array of names: there are no such arrays outside of it.</summary>
    public void GetInterfaces(ComVariant* interfaces) => *interfaces = Get(state.Interface) is { } name ? ComVariant.Create(name) : default;

    public string? GetInterfaceTypes() => Get(state.InterfaceTypes);

    public short GetEnabled() => Get((short)(state.IsEnabled ? -1 : 0));

    public void PutEnabled(short enabled) => Put(() => state.IsEnabled = enabled != 0);

    public string? GetGrouping() => Get(state.Grouping);

    public void PutGrouping(string grouping) => Put(() => state.Grouping = grouping);

    public int GetProfiles() => Get(state.Profiles);

    public void PutProfiles(int profiles) => Put(() => state.Profiles = profiles);

    public short GetEdgeTraversal() => Get((short)(state.EdgeTraversal ? -1 : 0));

    public int GetAction() => Get(state.Action);

    public void PutAction(int action) => Put(() => state.Action = action);

    public string? GetLocalAppPackageId() => Get(state.LocalAppPackageId);

    public string? GetLocalUserOwner() => Get(state.LocalUserOwner);

    public string? GetLocalUserAuthorizedList() => Get(state.LocalUserAuthorizedList);

    public string? GetRemoteUserAuthorizedList() => Get(state.RemoteUserAuthorizedList);

    public string? GetRemoteMachineAuthorizedList() => Get(state.RemoteMachineAuthorizedList);

    public int GetSecureFlags() => Get(state.SecureFlags);

    public void PutApplicationName() => throw new NotSupportedException();

    public void PutServiceName() => throw new NotSupportedException();

    public void PutLocalPorts() => throw new NotSupportedException();

    public void PutRemotePorts() => throw new NotSupportedException();

    public void PutLocalAddresses() => throw new NotSupportedException();

    public void GetIcmpTypesAndCodes() => throw new NotSupportedException();

    public void PutIcmpTypesAndCodes() => throw new NotSupportedException();

    public void PutInterfaces() => throw new NotSupportedException();

    public void PutInterfaceTypes() => throw new NotSupportedException();

    public void PutEdgeTraversal() => throw new NotSupportedException();

    public void GetEdgeTraversalOptions() => throw new NotSupportedException();

    public void PutEdgeTraversalOptions() => throw new NotSupportedException();

    public void PutLocalAppPackageId() => throw new NotSupportedException();

    public void PutLocalUserOwner() => throw new NotSupportedException();

    public void PutLocalUserAuthorizedList() => throw new NotSupportedException();

    public void PutRemoteUserAuthorizedList() => throw new NotSupportedException();

    public void PutRemoteMachineAuthorizedList() => throw new NotSupportedException();

    public void PutSecureFlags() => throw new NotSupportedException();

    public void GetTypeInfoCount() => throw new NotSupportedException();

    public void GetTypeInfo() => throw new NotSupportedException();

    public void GetIDsOfNames() => throw new NotSupportedException();

    public void Invoke() => throw new NotSupportedException();

    private T Get<T>(T value)
    {
        firewall.Called();
        return value;
    }

    private void Put(Action put)
    {
        firewall.Called();
        if (isInFirewall)
        {
            firewall.Write(put);
        }
        else
        {
            put();
        }
    }
}
