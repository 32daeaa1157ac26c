namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>How much work a challenge takes: one key derivation per number tried, from 0 up to the number that the server
/// chose evenly below a bound. Half the bound is expected, and nobody does better by starting elsewhere or giving up early.</summary>
internal static class Difficulty
{
    internal const int Easiest = 1;
    internal const int Hardest = 10;

    /// <summary>The iterations of one derivation. The server pays for one derivation per challenge, a solver for thousands;
    /// with fewer, a browser's calls would cost it more than the work, and a native solver less.</summary>
    internal const int Cost = 500;

    // Twice the work every second step.
    private static readonly int[] Bounds = [5000, 7100, 10_000, 14_100, 20_000, 28_300, 40_000, 56_600, 80_000, 113_100];

    /// <summary>The number to find is below this.</summary>
    internal static int BoundOf(int difficulty) => Bounds[Math.Clamp(difficulty, Easiest, Hardest) - 1];
}
