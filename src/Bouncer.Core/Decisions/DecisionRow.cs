namespace Bouncer.Decisions;

/// <summary>One decision in 32 bytes without references, so that the garbage collector does not scan it. Its numbers refer to the
/// lists of its <see cref="DecisionRows"/>.</summary>
/// <param name="Id">The id from LAPI; if LAPI sent none, a negative substitute.</param>
/// <param name="Deadline">When it ends, as a timestamp.</param>
/// <param name="Kind">The number of its kind.</param>
/// <param name="Place">An IPv4 address, or the number of an IPv6 address.</param>
/// <param name="Text">The number of its text; 0 if the text is derived from its network.</param>
/// <param name="Length">The length of the network.</param>
/// <param name="Family">The meaning of <paramref name="Place"/>.</param>
internal readonly record struct DecisionRow(long Id, long Deadline, int Kind, uint Place, int Text, byte Length, RowFamily Family);
