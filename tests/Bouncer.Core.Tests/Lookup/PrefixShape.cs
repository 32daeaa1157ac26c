namespace Bouncer.Lookup;

public enum PrefixShape
{
    Uniform,
    Blocklist,
    Nested,
    IPv6Tree,
    Adversarial,
    CrowdedBlock,
    CrowdedSite,
    Wide,
}
