namespace Bouncer.Firewall;

/// <summary>The changes that make the firewall hold the decisions. Immutable.</summary>
public abstract class FirewallPlan
{
    private protected FirewallPlan()
    {
    }

    /// <summary>How many networks will be blocked that are not blocked now.</summary>
    public abstract int Added { get; }

    /// <summary>How many networks will be blocked until another time than now.</summary>
    public abstract int Renewed { get; }

    /// <summary>How many networks will be let through that are blocked now.</summary>
    public abstract int Removed { get; }

    /// <summary>Whether the rules around the networks are missing, or others than they should be.</summary>
    public abstract bool RewritesRules { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Added + Renewed + Removed == 0 && !RewritesRules;

    /// <summary>The single steps, for people: what would be written, line by line.</summary>
    public abstract IEnumerable<string> Describe();
}
