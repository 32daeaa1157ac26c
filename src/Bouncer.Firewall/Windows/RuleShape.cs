using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Windows;

/// <summary>The properties of a rule other than its addresses: it blocks them for all programs, ports and interfaces.</summary>
internal sealed class RuleShape(FirewallOptions options)
{
    private const int AllProfiles = 0x7FFFFFFF;
    private const int Block = 0;
    private const int AnyProtocol = 256;
    private const int NotSecured = 0;
    private const NetworkProfiles EachProfile = NetworkProfiles.Domain | NetworkProfiles.Private | NetworkProfiles.Public;
    private const short False = 0;

    private readonly int _profiles = ProfilesOf(options.Windows.Profiles);

    /// <summary>The profiles to which the rules apply.</summary>
    internal NetworkProfiles Profiles => (NetworkProfiles)_profiles & EachProfile;

    /// <summary>Writes these properties to a new rule, disabled. Properties that are not written here do not restrict a new
    /// rule.</summary>
    internal void Write(INetFwRule rule, string text, RuleName name)
    {
        rule.PutName(text);
        rule.PutDescription($"Networks that CrowdSec's decisions block, part {name.Bucket}. Written by Bouncer; changes are undone.");
        rule.PutGrouping(options.Name);
        rule.PutProtocol(AnyProtocol);
        rule.PutDirection(name.Direction);
        rule.PutAction(Block);
        rule.PutProfiles(_profiles);
        rule.PutEnabled(False);
    }

    /// <summary>Finds a property of a rule that differs from what is written.</summary>
    /// <returns>The first such property; null if there is none.</returns>
    internal string? FindDifference(INetFwRule rule, string text) =>
        !RuleName.TryParse(text, options.Name, out var name) ? "Name"
        : rule.GetGrouping() != options.Name ? "Grouping"
        : rule.GetDirection() != name.Direction || (name.Direction == RuleDirection.Out && !options.Outbound) ? "Direction"
        : rule.GetAction() != Block ? "Action"
        : ((NetworkProfiles)rule.GetProfiles() & EachProfile) != Profiles ? "Profiles"
        : FindRestriction(rule) ?? (rule is INetFwRule3 third ? FindRestriction(third) : null);

    // Ports and ICMP types are not compared: Windows allows them only in rules for one protocol.
    private static string? FindRestriction(INetFwRule rule) =>
        rule.GetProtocol() != AnyProtocol ? "Protocol"
        : !IsUnrestricted(rule.GetApplicationName()) ? "ApplicationName"
        : !IsUnrestricted(rule.GetServiceName()) ? "ServiceName"
        : !IsUnrestricted(rule.GetLocalAddresses()) ? "LocalAddresses"
        : !IsUnrestricted(rule.GetInterfaceTypes()) ? "InterfaceTypes"
        : !HasAllInterfaces(rule) ? "Interfaces"
        : rule.GetEdgeTraversal() != False ? "EdgeTraversal"
        : null;

    private static string? FindRestriction(INetFwRule3 rule) =>
        !IsUnrestricted(rule.GetLocalAppPackageId()) ? "LocalAppPackageId"
        : !IsUnrestricted(rule.GetLocalUserOwner()) ? "LocalUserOwner"
        : !IsUnrestricted(rule.GetLocalUserAuthorizedList()) ? "LocalUserAuthorizedList"
        : !IsUnrestricted(rule.GetRemoteUserAuthorizedList()) ? "RemoteUserAuthorizedList"
        : !IsUnrestricted(rule.GetRemoteMachineAuthorizedList()) ? "RemoteMachineAuthorizedList"
        : rule.GetSecureFlags() != NotSecured ? "SecureFlags"
        : null;

    private static bool IsUnrestricted(string? value) => value is null or "" or "*" || value.Equals("All", StringComparison.OrdinalIgnoreCase);

    private static unsafe bool HasAllInterfaces(INetFwRule rule)
    {
        ComVariant interfaces = default;
        rule.GetInterfaces(&interfaces);
        var hasAll = interfaces.VarType is VarEnum.VT_EMPTY or VarEnum.VT_NULL;
        interfaces.Dispose();
        return hasAll;
    }

    private static int ProfilesOf(IList<string>? names) => names is null or []
        ? AllProfiles
        : (int)names.Aggregate(NetworkProfiles.None, (profiles, name) => profiles | Enum.Parse<NetworkProfiles>(name, ignoreCase: true));
}
