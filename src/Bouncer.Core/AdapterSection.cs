namespace Bouncer;

/// <summary>A part of the bouncer's section that an adapter reads. Register it as a singleton: its first key is then accepted in the
/// bouncer's section, where a key that is not a setting is an error.</summary>
/// <param name="Path">The key below the section, such as <c>Firewall</c> or <c>Http:PathPrefix</c>.</param>
public sealed record AdapterSection(string Path)
{
    /// <summary>Whether the adapter reads it only at the start. A later change is then logged as one that takes effect at the next
    /// start.</summary>
    /// <value>The default is false.</value>
    public bool IsReadOnce { get; init; }

    /// <summary>The keys of the section, relative to the bouncer's section, such as <c>Firewall:DryRun</c>. They are suggested when a
    /// key is in the wrong place.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyCollection<string> Keys { get; init; } = [];
}
