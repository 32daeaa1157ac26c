namespace Bouncer.AspNetCore.Geo.MaxMind;

/// <summary>A value in a MaxMind DB file.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Start">The position of its content.</param>
/// <param name="Size">The bytes of its content; of a map or list, the number of entries; of a pointer, the position it
/// names.</param>
internal readonly record struct MaxMindValue(MaxMindType Type, int Start, int Size);
