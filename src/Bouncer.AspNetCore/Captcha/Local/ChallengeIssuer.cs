using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Issues challenges: picks the number, derives its key, and discloses half of the key.</summary>
internal sealed class ChallengeIssuer(ChallengeSeal seal, TimeProvider time)
{
    private const int TicketRandomLength = ChallengeHmac.SecretLength + ChallengeTicket.IdLength;

    /// <summary>Issues a challenge as JSON.</summary>
    internal string Issue(CaptchaContext context, int difficulty)
    {
        Span<byte> random = stackalloc byte[ChallengeParameters.NonceLength + ChallengeParameters.SaltLength + TicketRandomLength];
        RandomNumberGenerator.Fill(random);
        var nonce = random[..ChallengeParameters.NonceLength];
        var salt = random.Slice(ChallengeParameters.NonceLength, ChallengeParameters.SaltLength);
        var most = Difficulty.BoundOf(difficulty);
        var counter = (uint)RandomNumberGenerator.GetInt32(most);
        var ticket = new ChallengeTicket(random[^TicketRandomLength..], context, time.GetUtcNow(), counter, difficulty);

        Span<byte> key = stackalloc byte[ChallengeParameters.KeyLength];
        Derive(nonce, salt, counter, key);
        Span<byte> signature = stackalloc byte[ChallengeHmac.Length];
        ChallengeHmac.SignKey(ticket.Secret, key, signature);
        var parameters = new ChallengeParameters(
            Convert.ToHexStringLower(nonce),
            Convert.ToHexStringLower(salt),
            Convert.ToHexStringLower(key[..ChallengeParameters.KeyPrefixLength]),
            Convert.ToHexStringLower(signature),
            ticket.ExpiresAt.ToUnixTimeSeconds(),
            most,
            seal.Seal(ticket));
        parameters.Sign(ticket.Secret, signature);
        return $$"""{"parameters":{{parameters.ToCanonicalJson()}},"signature":"{{Convert.ToHexStringLower(signature)}}"}""";
    }

    /// <summary>Derives the key of one number.</summary>
    internal static void Derive(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> salt, uint counter, Span<byte> key)
    {
        Span<byte> password = stackalloc byte[ChallengeParameters.NonceLength + sizeof(uint)];
        nonce.CopyTo(password);
        BinaryPrimitives.WriteUInt32BigEndian(password[ChallengeParameters.NonceLength..], counter);
        Rfc2898DeriveBytes.Pbkdf2(password, salt, key, Difficulty.Cost, HashAlgorithmName.SHA256);
    }
}
