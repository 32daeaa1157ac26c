namespace Bouncer.Firewall.Backends;

/// <summary>Packets and their bytes.</summary>
internal readonly record struct Traffic(long Packets, long Bytes)
{
    public static Traffic operator +(Traffic left, Traffic right) => new(left.Packets + right.Packets, left.Bytes + right.Bytes);

    /// <summary>What came since a counter had another value. One that is below it began again at zero.</summary>
    internal Traffic Since(Traffic before) =>
        Packets < before.Packets || Bytes < before.Bytes ? this : new(Packets - before.Packets, Bytes - before.Bytes);
}
