namespace Bouncer.Firewall.Nftables;

/// <summary>How a call of nft ended.</summary>
internal enum NftFault
{
    /// <summary>Well.</summary>
    None,

    /// <summary>Something named in it is not there: a table, a chain, a rule, an element.</summary>
    NotThere,

    /// <summary>Something named in it is there already, and differs.</summary>
    Differs,

    /// <summary>This process may not.</summary>
    Forbidden,

    /// <summary>The kernel, or nft as it was built, has no part for it.</summary>
    Unsupported,

    /// <summary>nft or the kernel will not have what was written.</summary>
    Refused,

    /// <summary>nft was killed, or the kernel had no memory for it or was busy: the same may be done later, or in smaller parts.</summary>
    Failed,
}
