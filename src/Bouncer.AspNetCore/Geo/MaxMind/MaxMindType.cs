namespace Bouncer.AspNetCore.Geo.MaxMind;

/// <summary>The types of values in a MaxMind DB file that are read, by their numbers in the format.</summary>
internal enum MaxMindType
{
    Pointer = 1,
    Text = 2,
    Double = 3,
    Bytes = 4,
    UInt16 = 5,
    UInt32 = 6,
    Map = 7,
    Int32 = 8,
    UInt64 = 9,
    UInt128 = 10,
    List = 11,
    Boolean = 14,
    Float = 15,
}
