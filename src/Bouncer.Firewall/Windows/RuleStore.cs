using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Windows;

/// <summary>The rules of ours in Windows Firewall, one call of its interfaces after the other. Errors come out as they are.
/// Not thread-safe.</summary>
/// <param name="objects">Where the firewall's objects come from.</param>
/// <param name="options">The name and the profiles of our rules.</param>
/// <param name="step">Is called between two rules where many are gone through.</param>
internal sealed class RuleStore(IFirewallObjects objects, FirewallOptions options, Action step)
{
    private const int AllProfiles = 0x7FFFFFFF;
    private const int Block = 0;
    private const int AnyProtocol = 256;
    private const short True = -1;
    private const short False = 0;

    private readonly int _profiles = ProfilesOf(options.Windows.Profiles);

    [Flags]
    private enum Profile
    {
        Domain = 1,
        Private = 2,
        Public = 4,
        Each = 7,
    }

    /// <summary>Finds all rules that are in our group or have a name of ours, also those that somebody else made or changed.</summary>
    internal List<StoredRule> ReadAll()
    {
        List<StoredRule> found = [];
        foreach (var rule in Ours())
        {
            found.Add(Read(rule));
            HResults.Release(rule);
            step();
        }

        return found;
    }

    /// <summary>Finds the rule of a name; null if there is none.</summary>
    internal StoredRule? Find(string name)
    {
        try
        {
            return WithRule(name, Read);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Tries addresses on a rule that is in no firewall.</summary>
    internal bool Accepts(string addresses)
    {
        var rule = objects.CreateRule();
        try
        {
            rule.PutRemoteAddresses(addresses);
            return true;
        }
        catch (Exception error) when (HResults.IsRefusal(error.HResult))
        {
            return false;
        }
        finally
        {
            HResults.Release(rule);
        }
    }

    /// <summary>Adds a rule, disabled. It has its addresses before it is in the firewall: a new rule's are all there are.</summary>
    internal void Add(string text, RuleName name, string addresses)
    {
        var rule = objects.CreateRule();
        try
        {
            rule.PutName(text);
            rule.PutDescription($"Networks that CrowdSec's decisions block, part {name.Bucket}. Written by Bouncer; changes are undone.");
            rule.PutGrouping(options.Name);
            rule.PutProtocol(AnyProtocol);
            rule.PutDirection(name.Direction);
            rule.PutAction(Block);
            rule.PutProfiles(_profiles);
            rule.PutEnabled(False);
            rule.PutRemoteAddresses(addresses);
            WithRules(rules => rules.Add(rule));
        }
        finally
        {
            HResults.Release(rule);
        }
    }

    internal void SetAddresses(string name, string addresses) => WithRule(name, rule =>
    {
        rule.PutRemoteAddresses(addresses);
        return true;
    });

    internal void SetEnabled(string name, bool isEnabled) => WithRule(name, rule =>
    {
        rule.PutEnabled(isEnabled ? True : False);
        return true;
    });

    /// <summary>Removes the one rule of a name.</summary>
    internal void Remove(string name) => WithRules(rules => rules.Remove(name));

    /// <summary>Removes rules of ours whose name may be that of others as well: Windows removes by name, whichever rule it finds,
    /// so that they are given a name of their own before.</summary>
    internal void RemoveOurs(Predicate<string> hasName)
    {
        foreach (var rule in Ours())
        {
            if (hasName(rule.GetName() ?? ""))
            {
                var name = $"{options.Name}-surplus-{Guid.NewGuid():N}";
                rule.PutName(name);
                Remove(name);
            }

            HResults.Release(rule);
            step();
        }
    }

    /// <summary>Whether the firewall is off for every network that this machine is in and our rules would hold for.</summary>
    internal bool IsSwitchedOff() => WithPolicy(policy =>
    {
        var ours = _profiles & (int)Profile.Each;
        var active = policy.GetCurrentProfileTypes() & ours;
        Profile[] each = [Profile.Domain, Profile.Private, Profile.Public];
        return each.Where(profile => ((active == 0 ? ours : active) & (int)profile) != 0).All(profile => policy.GetFirewallEnabled((int)profile) == False);
    });

    private static int ProfilesOf(IList<string>? names) => names is null or []
        ? AllProfiles
        : (int)names.Aggregate(default(Profile), (profiles, name) => profiles | Enum.Parse<Profile>(name, ignoreCase: true));

    private static bool IsUnrestricted(string? value) => value is null or "" or "*" || value.Equals("All", StringComparison.OrdinalIgnoreCase);

    private StoredRule Read(INetFwRule rule)
    {
        var name = rule.GetName() ?? "";
        return new(name, IsProper(rule, name), rule.GetEnabled() != False, rule.GetRemoteAddresses());
    }

    // No ports: Windows lets only rules of one protocol have some.
    private bool IsProper(INetFwRule rule, string text) =>
        RuleName.TryParse(text, options.Name, out var name)
        && rule.GetGrouping() == options.Name
        && rule.GetDirection() == name.Direction
        && rule.GetAction() == Block
        && rule.GetProtocol() == AnyProtocol
        && (rule.GetProfiles() & (int)Profile.Each) == (_profiles & (int)Profile.Each)
        && IsUnrestricted(rule.GetApplicationName())
        && IsUnrestricted(rule.GetServiceName())
        && IsUnrestricted(rule.GetLocalAddresses())
        && IsUnrestricted(rule.GetInterfaceTypes());

    /// <summary>All rules of ours, gathered before any is changed. The caller releases them.</summary>
    private List<INetFwRule> Ours() => WithRules(rules =>
    {
        List<INetFwRule> ours = [];
        var enumerator = rules.GetNewEnum();
        while (TryNext(enumerator, out var rule))
        {
            if (rule.GetGrouping() == options.Name || RuleName.TryParse(rule.GetName() ?? "", options.Name, out _))
            {
                ours.Add(rule);
            }
            else
            {
                HResults.Release(rule);
            }

            step();
        }

        HResults.Release(enumerator);
        return ours;
    });

    private static unsafe bool TryNext(IEnumVariant rules, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out INetFwRule? rule)
    {
        rule = null;
        ComVariant item = default;
        uint fetched = 0;
        Marshal.ThrowExceptionForHR(rules.Next(1, &item, &fetched));
        if (fetched == 0)
        {
            return false;
        }

        var pointer = item.GetRawDataRef<nint>();
        try
        {
            rule = UniqueComInterfaceMarshaller<INetFwRule>.ConvertToManaged((void*)pointer)!;
            return true;
        }
        finally
        {
            Marshal.Release(pointer);
        }
    }

    private T WithRule<T>(string name, Func<INetFwRule, T> work) => WithRules(rules =>
    {
        var rule = rules.Item(name);
        try
        {
            return work(rule);
        }
        finally
        {
            HResults.Release(rule);
        }
    });

    private void WithRules(Action<INetFwRules> work) => WithRules(rules =>
    {
        work(rules);
        return true;
    });

    private T WithRules<T>(Func<INetFwRules, T> work) => WithPolicy(policy =>
    {
        var rules = policy.GetRules();
        try
        {
            return work(rules);
        }
        finally
        {
            HResults.Release(rules);
        }
    });

    // A policy for each call: one that is kept would not outlive a restart of the firewall's service.
    private T WithPolicy<T>(Func<INetFwPolicy2, T> work)
    {
        var policy = objects.CreatePolicy();
        try
        {
            return work(policy);
        }
        finally
        {
            HResults.Release(policy);
        }
    }
}
