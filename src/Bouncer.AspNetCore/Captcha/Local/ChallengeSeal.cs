using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Seals tickets with the application's key ring.</summary>
internal sealed class ChallengeSeal(IDataProtectionProvider keys)
{
    private readonly IDataProtector _protector = keys.CreateProtector("CrowdSec.Bouncer", "Captcha", "v1");

    internal string Seal(ChallengeTicket ticket) => Base64Url.EncodeToString(_protector.Protect(ticket.ToBytes()));

    /// <summary>Opens a ticket; null if this application did not seal it.</summary>
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
            // A protector reports a foreign ticket only by this exception.
            return null;
        }
    }
}
