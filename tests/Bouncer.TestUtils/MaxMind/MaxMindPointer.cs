namespace Bouncer.TestUtils.MaxMind;

/// <summary>A pointer to any offset of the data section, as a damaged file may have.</summary>
/// <param name="Offset">The offset, which need not be one of a value.</param>
public sealed record MaxMindPointer(int Offset);
