using System.Security.Cryptography;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Checks solutions without deriving a key: whoever shows the whole key whose signature was given out has found it.</summary>
internal sealed class SolutionVerifier(ChallengeSeal seal, TimeProvider time)
{
    /// <summary>The ticket of the challenge, if this client has solved it in time, and it is as hard as the policy asks for now; it may have done so before.</summary>
    internal ChallengeTicket? Verify(CaptchaContext context, string text) =>
        SolutionReader.Read(text) is { } solution
        && seal.Open(solution.Parameters.Ticket) is { } ticket
        && IsUnchanged(solution, ticket)
        && time.GetUtcNow() < ticket.ExpiresAt
        && ticket.Difficulty >= context.Difficulty
        && IsFor(context, ticket)
        && IsSolved(solution, ticket)
            ? ticket
            : null;

    private static bool IsUnchanged(Solution solution, ChallengeTicket ticket)
    {
        Span<byte> signature = stackalloc byte[ChallengeHmac.Length];
        solution.Parameters.Sign(ticket.Secret, signature);
        return CryptographicOperations.FixedTimeEquals(signature, solution.Signature);
    }

    private static bool IsFor(CaptchaContext context, ChallengeTicket ticket)
    {
        Span<byte> binding = stackalloc byte[ChallengeBinding.Length];
        ChallengeBinding.Write(context, binding);
        return CryptographicOperations.FixedTimeEquals(binding, ticket.Binding);
    }

    private static bool IsSolved(Solution solution, ChallengeTicket ticket)
    {
        Span<byte> signature = stackalloc byte[ChallengeHmac.Length];
        ChallengeHmac.SignKey(ticket.Secret, solution.Key, signature);
        return solution.Counter == ticket.Counter
            && CryptographicOperations.FixedTimeEquals(signature, Convert.FromHexString(solution.Parameters.KeySignature));
    }
}
