namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>What a client sends back, in form as it must be and in content not yet believed.</summary>
/// <param name="Parameters">The challenge's.</param>
/// <param name="Signature">The challenge's.</param>
/// <param name="Counter">The number found.</param>
/// <param name="Key">The key derived from it.</param>
internal sealed record Solution(ChallengeParameters Parameters, byte[] Signature, uint Counter, byte[] Key);
