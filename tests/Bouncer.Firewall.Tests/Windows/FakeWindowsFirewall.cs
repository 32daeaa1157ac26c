using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Bouncer.Firewall.Windows;
using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>Windows Firewall with its habits, behind the very interfaces that are called: every object is handed out as a COM
/// object, so that each call goes through the generated code in both directions, and errors come back as numbers.</summary>
[GeneratedComClass]
internal sealed partial class FakeWindowsFirewall : IFirewallObjects, INetFwPolicy2, INetFwRules
{
    /// <summary>The rules of the machine.</summary>
    internal List<FakeRuleState> Rules { get; } = [];

    /// <summary>How many calls were made.</summary>
    internal int Calls { get; private set; }

    /// <summary>How many of them changed the rules.</summary>
    internal int Writes { get; private set; }

    /// <summary>How often a rule's addresses were read.</summary>
    internal int AddressReads { get; private set; }

    /// <summary>What each call waits for.</summary>
    internal Action? Delay { get; set; }

    /// <summary>After how many calls the caller's process dies.</summary>
    internal int? DiesAfter { get; set; }

    /// <summary>After how many of those that change the rules it dies.</summary>
    internal int? DiesAfterWrites { get; set; }

    /// <summary>Whether it died.</summary>
    internal bool IsDead { get; private set; }

    /// <summary>The error of all calls to the policy.</summary>
    internal int? PolicyError { get; set; }

    /// <summary>The error of all changes.</summary>
    internal int? WriteError { get; set; }

    /// <summary>The tokens that are refused beside those that Windows is known to refuse.</summary>
    internal Predicate<string> Refuses { get; set; } = _ => false;

    /// <summary>What a rule gives back instead of its addresses; null for these.</summary>
    internal Func<FakeRuleState, string?>? GivesBack { get; set; }

    /// <summary>The profiles that are on.</summary>
    internal int ProfilesOn { get; set; } = 7;

    /// <summary>The profiles of the networks that the machine is in.</summary>
    internal int ActiveProfiles { get; set; } = 4;

    /// <summary>Whether rules take effect that are not a group policy's.</summary>
    internal LocalPolicyState LocalPolicy { get; set; }

    /// <summary>Whether that is so for only some of the networks that the machine is in.</summary>
    internal bool IsLocalPolicyMixed { get; set; }

    /// <summary>Looks at the rules after each change, and says what is wrong with them.</summary>
    internal Func<string?>? Watch { get; set; }

    /// <summary>What was wrong first.</summary>
    internal string? Fault { get; private set; }

    /// <summary>Whether connections of an address are stopped.</summary>
    internal bool Blocks(IPAddress address, RuleDirection direction = RuleDirection.In) =>
        Blocks([FakeAddresses.Number(address)], direction)[0];

    internal bool[] Blocks(IReadOnlyList<(UInt128 Number, bool IsIPv4)> addresses, RuleDirection direction = RuleDirection.In)
    {
        var blocks = new bool[addresses.Count];
        foreach (var (first, last, isIPv4) in Rules.Where(rule => rule.Blocks && rule.Direction == direction).SelectMany(rule => rule.Addresses.Ranges))
        {
            for (var i = 0; i < blocks.Length; i++)
            {
                blocks[i] |= addresses[i].IsIPv4 == isIPv4 && first <= addresses[i].Number && addresses[i].Number <= last;
            }
        }

        return blocks;
    }

    /// <summary>Another process begins.</summary>
    internal void Revive() => (IsDead, DiesAfter, DiesAfterWrites) = (false, null, null);

    internal void Called()
    {
        Calls++;
        Delay?.Invoke();
        if (IsDead || DiesAfter-- == 0 || DiesAfterWrites == 0)
        {
            IsDead = true;
            throw Marshal.GetExceptionForHR(unchecked((int)0x80010108))!;
        }
    }

    internal void AddressesRead() => AddressReads++;

    internal void Write(Action write)
    {
        if (WriteError is { } error)
        {
            throw Marshal.GetExceptionForHR(error)!;
        }

        write();
        Writes++;
        DiesAfterWrites--;
        Fault ??= Watch?.Invoke();
    }

    public INetFwPolicy2 CreatePolicy()
    {
        Called();
        return PolicyError is { } error ? throw Marshal.GetExceptionForHR(error)! : AsComObject<INetFwPolicy2>(this);
    }

    public INetFwRule CreateRule()
    {
        Called();
        return AsComObject<INetFwRule>(new FakeRule(this, new FakeRuleState(), isInFirewall: false));
    }

    public int GetCurrentProfileTypes()
    {
        Called();
        return ActiveProfiles;
    }

    public short GetFirewallEnabled(int profile)
    {
        Called();
        return (short)((ProfilesOn & profile) != 0 ? -1 : 0);
    }

    public int GetLocalPolicyModifyState(out LocalPolicyState state)
    {
        Called();
        state = LocalPolicy;
        return IsLocalPolicyMixed ? 1 : 0;
    }

    public INetFwRules GetRules()
    {
        Called();
        return this;
    }

    public int GetCount() => Rules.Count;

    public void Add(INetFwRule rule)
    {
        Called();
        Write(() => Rules.Add(((FakeRule)rule).State with { }));
    }

    public void Remove(string name)
    {
        Called();
        Write(() => Rules.Remove(Rules.Find(rule => rule.Name == name)!));
    }

    public INetFwRule Item(string name)
    {
        Called();
        return Rules.Find(rule => rule.Name == name) is { } found
            ? new FakeRule(this, found, isInFirewall: true)
            : throw Marshal.GetExceptionForHR(HResults.FileNotFound)!;
    }

    public IEnumVariant GetNewEnum()
    {
        Called();
        return new FakeEnumerator(this, [.. Rules]);
    }

    public void PutFirewallEnabled() => throw new NotSupportedException();

    public void GetExcludedInterfaces() => throw new NotSupportedException();

    public void PutExcludedInterfaces() => throw new NotSupportedException();

    public void GetBlockAllInboundTraffic() => throw new NotSupportedException();

    public void PutBlockAllInboundTraffic() => throw new NotSupportedException();

    public void GetNotificationsDisabled() => throw new NotSupportedException();

    public void PutNotificationsDisabled() => throw new NotSupportedException();

    public void GetUnicastResponsesToMulticastBroadcastDisabled() => throw new NotSupportedException();

    public void PutUnicastResponsesToMulticastBroadcastDisabled() => throw new NotSupportedException();

    public void GetServiceRestriction() => throw new NotSupportedException();

    public void EnableRuleGroup() => throw new NotSupportedException();

    public void IsRuleGroupEnabled() => throw new NotSupportedException();

    public void RestoreLocalFirewallDefaults() => throw new NotSupportedException();

    public void GetDefaultInboundAction() => throw new NotSupportedException();

    public void PutDefaultInboundAction() => throw new NotSupportedException();

    public void GetDefaultOutboundAction() => throw new NotSupportedException();

    public void PutDefaultOutboundAction() => throw new NotSupportedException();

    public void GetIsRuleGroupCurrentlyEnabled() => throw new NotSupportedException();

    public void GetTypeInfoCount() => throw new NotSupportedException();

    public void GetTypeInfo() => throw new NotSupportedException();

    public void GetIDsOfNames() => throw new NotSupportedException();

    public void Invoke() => throw new NotSupportedException();

    private static unsafe T AsComObject<T>(T managed)
        where T : class
    {
        var pointer = ComInterfaceMarshaller<T>.ConvertToUnmanaged(managed);
        try
        {
            return UniqueComInterfaceMarshaller<T>.ConvertToManaged(pointer)!;
        }
        finally
        {
            Marshal.Release((nint)pointer);
        }
    }
}

/// <summary>Goes over the rules that there were when it was made.</summary>
[GeneratedComClass]
internal sealed unsafe partial class FakeEnumerator(FakeWindowsFirewall firewall, FakeRuleState[] rules) : IEnumVariant
{
    private int _next;

    public int Next(uint count, ComVariant* items, uint* fetched)
    {
        firewall.Called();
        *fetched = 0;
        if (_next == rules.Length)
        {
            return 1;
        }

        var rule = new FakeRule(firewall, rules[_next++], isInFirewall: true);
        *items = ComVariant.CreateRaw(VarEnum.VT_DISPATCH, (nint)ComInterfaceMarshaller<INetFwRule>.ConvertToUnmanaged(rule));
        *fetched = 1;
        return 0;
    }
}
