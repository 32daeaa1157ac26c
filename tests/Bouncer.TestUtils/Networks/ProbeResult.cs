namespace Bouncer.TestUtils.Networks;

/// <summary>What became of a packet.</summary>
public enum ProbeResult
{
    /// <summary>It arrived.</summary>
    Arrived,

    /// <summary>It vanished.</summary>
    Dropped,

    /// <summary>The sender was told that it is prohibited.</summary>
    Prohibited,

    /// <summary>The sender was told by a TCP reset.</summary>
    Reset,
}
