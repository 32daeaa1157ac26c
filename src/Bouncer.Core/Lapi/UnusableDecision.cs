using System.Runtime.InteropServices;

namespace Bouncer.Lapi;

/// <summary>Which decision cannot be used, and why: the same each time that LAPI sends it.</summary>
/// <param name="Reason">One of <see cref="SkipReason"/>.</param>
/// <param name="Id">Its id; 0 if it could not be read.</param>
/// <param name="Substitute">A hash of what could be read besides: ids begin again when LAPI's database is new.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnusableDecision(string Reason, long Id, long Substitute);
