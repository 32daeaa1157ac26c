namespace Bouncer;

/// <summary>For adapters: a part of the bouncer's section that they read. Registered as a singleton, its first key is known in the
/// bouncer's section, where every other key that is not a setting stops the start.</summary>
/// <param name="Path">The key below the section, such as <c>Firewall</c> or <c>Http:PathPrefix</c>.</param>
public sealed record AdapterSection(string Path)
{
    /// <summary>Whether it is read once: a change of it while the application runs is then logged as one that waits for a
    /// restart.</summary>
    /// <value>The default is false.</value>
    public bool IsReadOnce { get; init; }

    /// <summary>The keys that there are in it, from the bouncer's section on, such as <c>Firewall:DryRun</c>: for the suggestion
    /// where one is written in the wrong place.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyCollection<string> Keys { get; init; } = [];
}
