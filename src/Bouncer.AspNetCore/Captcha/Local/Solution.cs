namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>A client's solution, well-formed but not yet verified.</summary>
/// <param name="Parameters">The challenge's parameters.</param>
/// <param name="Signature">The challenge's signature.</param>
/// <param name="Counter">The number found.</param>
/// <param name="Key">The key derived from it.</param>
internal sealed record Solution(ChallengeParameters Parameters, byte[] Signature, uint Counter, byte[] Key);
