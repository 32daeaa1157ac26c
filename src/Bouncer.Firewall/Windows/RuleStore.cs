using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Windows;

/// <summary>The bouncer's rules in Windows Firewall. Errors of its interfaces are thrown unchanged. Not thread-safe.</summary>
/// <param name="objects">Creates the firewall's objects.</param>
/// <param name="options">The name and the profiles of the rules.</param>
/// <param name="step">Called between two rules when many are enumerated.</param>
internal sealed class RuleStore(IFirewallObjects objects, FirewallOptions options, Action step)
{
    private const short True = -1;
    private const short False = 0;

    private static readonly NetworkProfiles[] EachProfile = [NetworkProfiles.Domain, NetworkProfiles.Private, NetworkProfiles.Public];

    private readonly RuleShape _shape = new(options);

    /// <summary>Finds all rules that are in the bouncer's group or have one of its names, including those that another program
    /// created or changed.</summary>
    internal List<StoredRule> ReadAll() => SelectOwn(Read);

    /// <summary>Finds the same rules without their addresses.</summary>
    internal List<SeenRule> Look() => SelectOwn(See);

    /// <summary>Finds the rule with a name; null if there is none.</summary>
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

    /// <summary>Tries addresses on a rule outside the firewall.</summary>
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

    /// <summary>Adds a rule, disabled. Its addresses are set before it is added, because the default is all addresses.</summary>
    internal void Add(string text, RuleName name, string addresses)
    {
        var rule = objects.CreateRule();
        try
        {
            _shape.Write(rule, text, name);
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

    /// <summary>Removes the only rule with a name.</summary>
    internal void Remove(string name) => WithRules(rules => rules.Remove(name));

    /// <summary>Removes rules of the bouncer whose names other rules may have as well. Windows removes any rule with the name, so
    /// they get a unique name first.</summary>
    internal void RemoveOwn(Predicate<string> hasName) => SelectOwn(rule =>
    {
        if (hasName(rule.GetName() ?? ""))
        {
            var name = $"{options.Name}-surplus-{Guid.NewGuid():N}";
            rule.PutName(name);
            Remove(name);
        }

        return true;
    });

    /// <summary>Queries whether the rules have an effect. If the machine is in no network to which they apply, all their profiles
    /// are checked.</summary>
    internal FirewallState ReadState() => WithPolicy(policy =>
    {
        var active = (NetworkProfiles)policy.GetCurrentProfileTypes() & _shape.Profiles;
        var profiles = active == NetworkProfiles.None ? _shape.Profiles : active;
        var switchedOff = EachProfile
            .Where(profile => profiles.HasFlag(profile) && policy.GetFirewallEnabled((int)profile) == False)
            .Aggregate(NetworkProfiles.None, (all, profile) => all | profile);
        var answer = policy.GetLocalPolicyModifyState(out var localPolicy);
        Marshal.ThrowExceptionForHR(answer);
        return new FirewallState(profiles, switchedOff, localPolicy, answer != HResults.False);
    });

    private SeenRule See(INetFwRule rule)
    {
        var name = rule.GetName() ?? "";
        return new(name, _shape.FindDifference(rule, name), rule.GetEnabled() != False);
    }

    private StoredRule Read(INetFwRule rule)
    {
        var seen = See(rule);
        return new(seen.Name, seen.Difference, seen.IsEnabled, rule.GetRemoteAddresses());
    }

    private List<T> SelectOwn<T>(Func<INetFwRule, T> work)
    {
        List<T> results = [];
        foreach (var rule in FindOwn())
        {
            results.Add(work(rule));
            HResults.Release(rule);
            step();
        }

        return results;
    }

    /// <summary>Finds all rules of the bouncer, before any is changed. The caller releases them.</summary>
    private List<INetFwRule> FindOwn() => WithRules(rules =>
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

    // A new policy object for each call, because an existing one does not survive a restart of the firewall's service.
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
