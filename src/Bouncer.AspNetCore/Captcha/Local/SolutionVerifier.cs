using System.Security.Cryptography;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Verifies solutions without deriving a key: a client that sends the whole key whose signature it received has found
/// it.</summary>
internal sealed class SolutionVerifier(ChallengeSeal seal, TimeProvider time)
{
    /// <summary>The ticket of the challenge, if this client solved it in time and it is as hard as the policy now requires; it
    /// may have been used before.</summary>
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
