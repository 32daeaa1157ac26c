namespace Bouncer.Firewall;

/// <summary>What is to be changed in the firewall so that it holds the decisions. Immutable.</summary>
public abstract class FirewallPlan
{
    private protected FirewallPlan()
    {
    }

    /// <summary>How many networks are to be blocked that are not.</summary>
    public abstract int Added { get; }

    /// <summary>How many networks are to be blocked until another time than they are.</summary>
    public abstract int Renewed { get; }

    /// <summary>How many networks are to be let through that are blocked.</summary>
    public abstract int Removed { get; }

    /// <summary>Whether the rules around the networks are missing, or others than they should be.</summary>
    public abstract bool RewritesRules { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Added + Renewed + Removed == 0 && !RewritesRules;

    /// <summary>The single steps, for people: what would be written, line by line.</summary>
    public abstract IEnumerable<string> Describe();
}
