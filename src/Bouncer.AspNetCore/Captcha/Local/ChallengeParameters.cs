using System.Globalization;
using System.Text;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>The parameters of a challenge that the client receives, in the terms of ALTCHA's protocol v2. All strings are hex or
/// base64url, so nothing needs escaping. Immutable.</summary>
/// <param name="Nonce">The prefix of the number in the input of the derivation.</param>
/// <param name="Salt">The derivation's salt.</param>
/// <param name="KeyPrefix">The first bytes of the key that derives from the right number.</param>
/// <param name="KeySignature">The derived key's signature.</param>
/// <param name="ExpiresAt">The last moment at which it can be solved, in seconds since 1970.</param>
/// <param name="Most">The exclusive upper bound of the number, from which a client can compute its progress.</param>
/// <param name="Ticket">The server's own data, which only the server can read.</param>
internal sealed record ChallengeParameters(string Nonce, string Salt, string KeyPrefix, string KeySignature, long ExpiresAt, long Most, string Ticket)
{
    internal const string Algorithm = "PBKDF2/SHA-256";
    internal const int NonceLength = 16;
    internal const int SaltLength = 16;
    internal const int KeyLength = 32;
    internal const int KeyPrefixLength = 16;

    /// <summary>The form that is signed: members ordered by name, without white space.</summary>
    internal string ToCanonicalJson() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"algorithm":"{{Algorithm}}","cost":{{Difficulty.Cost}},"data":{"most":{{Most}},"ticket":"{{Ticket}}"},"expiresAt":{{ExpiresAt}},"keyLength":{{KeyLength}},"keyPrefix":"{{KeyPrefix}}","keySignature":"{{KeySignature}}","nonce":"{{Nonce}}","salt":"{{Salt}}"}""");

    internal void Sign(ReadOnlySpan<byte> secret, Span<byte> signature) =>
        ChallengeHmac.SignParameters(secret, Encoding.ASCII.GetBytes(ToCanonicalJson()), signature);
}
