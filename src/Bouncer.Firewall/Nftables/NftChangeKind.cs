namespace Bouncer.Firewall.Nftables;

/// <summary>What is done with an element.</summary>
internal enum NftChangeKind
{
    /// <summary>It is added, and surely was not there.</summary>
    Add,

    /// <summary>It is added, or its end is changed, whether it is there or not.</summary>
    Replace,

    /// <summary>It is removed, whether it is still there or not.</summary>
    Remove,
}
