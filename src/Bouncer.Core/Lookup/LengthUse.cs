namespace Bouncer.Lookup;

/// <summary>How many networks of one length there are.</summary>
internal readonly record struct LengthUse(byte Length, int Count);
