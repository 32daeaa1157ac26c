namespace Bouncer.Firewall.Nftables;

/// <summary>The kind of an element's change.</summary>
internal enum NftChangeKind
{
    /// <summary>It is added, and certainly did not exist.</summary>
    Add,

    /// <summary>It is added, or its end is changed if it exists.</summary>
    Replace,

    /// <summary>It is removed if it still exists.</summary>
    Remove,
}
