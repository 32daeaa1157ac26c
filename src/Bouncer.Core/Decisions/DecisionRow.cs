namespace Bouncer.Decisions;

/// <summary>One decision in 32 bytes without a reference, so that the garbage collector need not look at a million of them.
/// What it points to lies in the lists of its <see cref="DecisionRows"/>.</summary>
/// <param name="Id">LAPI's number; when it gave none, one below zero in its place.</param>
/// <param name="Deadline">When it ends, as a timestamp.</param>
/// <param name="Kind">The number of its kind.</param>
/// <param name="Place">An IPv4 address; else the number of an IPv6 address.</param>
/// <param name="Text">The number of its text; 0 if it has the text of its network.</param>
/// <param name="Length">The length of the network.</param>
/// <param name="Family">What <paramref name="Place"/> is.</param>
internal readonly record struct DecisionRow(long Id, long Deadline, int Kind, uint Place, int Text, byte Length, RowFamily Family);
