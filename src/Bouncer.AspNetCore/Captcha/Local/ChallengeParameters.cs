using System.Globalization;
using System.Text;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>What a client is told of its challenge, in the terms of ALTCHA's protocol v2. All texts are hex or base64url:
/// nothing in them needs escaping. Immutable.</summary>
/// <param name="Nonce">What precedes the number in the text that is derived from.</param>
/// <param name="Salt">The derivation's salt.</param>
/// <param name="KeyPrefix">How the derived key begins if the number is right.</param>
/// <param name="KeySignature">The derived key's signature.</param>
/// <param name="ExpiresAt">The last moment, in seconds since 1970.</param>
/// <param name="Most">The number is below this, so that a client can tell how far it is.</param>
/// <param name="Ticket">The server's own notes, which only the server can read.</param>
internal sealed record ChallengeParameters(string Nonce, string Salt, string KeyPrefix, string KeySignature, long ExpiresAt, long Most, string Ticket)
{
    internal const string Algorithm = "PBKDF2/SHA-256";
    internal const int NonceLength = 16;
    internal const int SaltLength = 16;
    internal const int KeyLength = 32;
    internal const int KeyPrefixLength = 16;

    /// <summary>The form that is signed: members in the order of their names, no white space.</summary>
    internal string ToCanonicalJson() => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"algorithm":"{{Algorithm}}","cost":{{Difficulty.Cost}},"data":{"most":{{Most}},"ticket":"{{Ticket}}"},"expiresAt":{{ExpiresAt}},"keyLength":{{KeyLength}},"keyPrefix":"{{KeyPrefix}}","keySignature":"{{KeySignature}}","nonce":"{{Nonce}}","salt":"{{Salt}}"}""");

    internal void Sign(ReadOnlySpan<byte> secret, Span<byte> signature) =>
        ChallengeHmac.SignParameters(secret, Encoding.ASCII.GetBytes(ToCanonicalJson()), signature);
}
