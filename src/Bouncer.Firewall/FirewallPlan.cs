namespace Bouncer.Firewall;

/// <summary>The changes that bring the firewall in line with the decisions. Immutable.</summary>
public abstract class FirewallPlan
{
    private protected FirewallPlan()
    {
    }

    /// <summary>The number of networks that will be blocked and are not blocked now.</summary>
    public abstract int Added { get; }

    /// <summary>The number of blocked networks whose block will end at another time.</summary>
    public abstract int Renewed { get; }

    /// <summary>The number of networks that will no longer be blocked.</summary>
    public abstract int Removed { get; }

    /// <summary>Whether the rules around the networks are missing or have to be corrected.</summary>
    public abstract bool RewritesRules { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Added + Renewed + Removed == 0 && !RewritesRules;

    /// <summary>Describes the single steps for a person to read: what would be written, line by line.</summary>
    public abstract IEnumerable<string> Describe();
}
