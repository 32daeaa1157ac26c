using System.Runtime.InteropServices;

namespace Bouncer.Lapi;

/// <summary>Identifies an unusable decision and the reason; equal each time that LAPI sends it.</summary>
/// <param name="Reason">One of <see cref="SkipReason"/>.</param>
/// <param name="Id">Its id; 0 if it could not be read.</param>
/// <param name="Substitute">A hash of the other members that could be read, because a new LAPI database reuses ids.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnusableDecision(string Reason, long Id, long Substitute);
