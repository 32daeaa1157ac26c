namespace Bouncer.Firewall.Nftables;

/// <summary>The result of an nft call.</summary>
internal enum NftFault
{
    /// <summary>It succeeded.</summary>
    None,

    /// <summary>A table, chain, rule or element that it names does not exist.</summary>
    NotThere,

    /// <summary>Something that it adds already exists and differs.</summary>
    Differs,

    /// <summary>This process lacks the permission.</summary>
    Forbidden,

    /// <summary>The kernel, or this build of nft, does not support it.</summary>
    Unsupported,

    /// <summary>nft or the kernel refused the script.</summary>
    Refused,

    /// <summary>nft was killed, or the kernel was busy or had no memory: the same may succeed later, or in smaller parts.</summary>
    Failed,
}
