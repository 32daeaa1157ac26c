using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Seals tickets with the application's key ring.</summary>
internal sealed class ChallengeSeal(IDataProtectionProvider keys)
{
    private readonly IDataProtector _protector = keys.CreateProtector("CrowdSec.Bouncer", "Captcha", "v1");

    internal string Seal(ChallengeTicket ticket) => Base64Url.EncodeToString(_protector.Protect(ticket.ToBytes()));

    /// <summary>The ticket; null if it is not one of ours.</summary>
    internal ChallengeTicket? Open(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            return ChallengeTicket.Read(_protector.Unprotect(Base64Url.DecodeFromChars(text)));
        }
        catch (CryptographicException)
        {
            // The only way in which a protector says that somebody else wrote this.
            return null;
        }
    }
}
