namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>The work that a challenge takes: one key derivation per number tried, from 0 up to the number that the server chose
/// uniformly below a bound. The expected work is half the bound, and starting elsewhere or giving up early does not lower
/// it.</summary>
internal static class Difficulty
{
    internal const int Easiest = 1;
    internal const int Hardest = 10;

    /// <summary>The iterations of one derivation. The server pays for one derivation per challenge, a solver for thousands. With
    /// fewer iterations the calls would cost a browser more than the work, and a native solver less.</summary>
    internal const int Cost = 500;

    // The work doubles every second step.
    private static readonly int[] Bounds = [5000, 7100, 10_000, 14_100, 20_000, 28_300, 40_000, 56_600, 80_000, 113_100];

    /// <summary>The exclusive upper bound of the number to find.</summary>
    internal static int BoundOf(int difficulty) => Bounds[Math.Clamp(difficulty, Easiest, Hardest) - 1];
}
