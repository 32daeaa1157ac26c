namespace Bouncer.Firewall.Nftables;

/// <summary>How a call of nft ended.</summary>
internal enum NftFault
{
    /// <summary>It succeeded.</summary>
    None,

    /// <summary>A table, chain, rule or element that it names does not exist.</summary>
    NotThere,

    /// <summary>Something that it adds exists already, and differs.</summary>
    Differs,

    /// <summary>This process lacks the permission.</summary>
    Forbidden,

    /// <summary>The kernel, or this build of nft, does not support it.</summary>
    Unsupported,

    /// <summary>nft or the kernel refuses what was written.</summary>
    Refused,

    /// <summary>nft was killed, or the kernel was busy or had no memory: the same may succeed later, or in smaller parts.</summary>
    Failed,
}
