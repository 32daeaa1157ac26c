namespace Bouncer.AspNetCore.Remediations.Captcha.ProofOfWork;

/// <summary>How much work a challenge takes: one key derivation per number tried, from 0 up to the number that the server
/// chose evenly below a bound. Half the bound is expected, and nobody does better by starting elsewhere or giving up early.</summary>
internal static class Difficulty
{
    internal const int Easiest = 1;
    internal const int Hardest = 10;

    /// <summary>The iterations of one derivation. The server pays for one derivation per challenge, a solver for thousands.</summary>
    internal const int Cost = 1000;

    // Twice the work every second step.
    private static readonly int[] Bounds = [1000, 1400, 2000, 2800, 4000, 5700, 8000, 11_300, 16_000, 22_600];

    /// <summary>The number to find is below this.</summary>
    internal static int BoundOf(int difficulty) => Bounds[Math.Clamp(difficulty, Easiest, Hardest) - 1];
}
