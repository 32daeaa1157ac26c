namespace Bouncer.Journal.Ladder;

/// <summary>How exact an entry is. The numbers are those of the database.</summary>
internal enum Precision
{
    /// <summary>The address and the millisecond.</summary>
    Exact = 0,

    /// <summary>The network of 16 addresses (IPv6: /56) and a quarter of the day.</summary>
    Quarter = 1,

    /// <summary>The /24 (IPv6: /48) and the day.</summary>
    Day = 2,

    /// <summary>The /24 (IPv6: /48) and the week.</summary>
    Week = 3,
}
