using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Seals tickets with the application's key ring: any replica can read them, no client can make or change one, and none
/// needs to be remembered before it is used. Safe for any number of threads.</summary>
internal sealed class WaitTickets(IDataProtectionProvider keys)
{
    /// <summary>No ticket is longer, in characters.</summary>
    internal const int LongestText = 512;

    private readonly IDataProtector _protector = keys.CreateProtector("CrowdSec.Bouncer", "CaptchaWait", "v1");

    /// <summary>A ticket for a wait that begins now.</summary>
    internal string Write(in Referral referral, TimeSpan wait)
    {
        Span<byte> id = stackalloc byte[WaitTicket.IdLength];
        RandomNumberGenerator.Fill(id);
        return Base64Url.EncodeToString(_protector.Protect(new WaitTicket(BinaryPrimitives.ReadUInt128BigEndian(id), referral, wait).ToBytes()));
    }

    /// <summary>What a client brought; null if it is no ticket of ours, or one for another host or policy.</summary>
    /// <param name="request">The request.</param>
    /// <param name="policy">The policy under which it is judged.</param>
    /// <param name="text">What the client brought.</param>
    internal WaitTicket? Read(HttpRequest request, string? policy, string text) =>
        Open(text) is { } ticket && ticket.Referral.Place == Referrals.PlaceOf(request, policy) ? ticket : null;

    /// <summary>The ticket; null if it is none of ours.</summary>
    internal WaitTicket? Open(string text)
    {
        if (SealedText.Read(text, LongestText) is not { } bytes)
        {
            return null;
        }

        try
        {
            return WaitTicket.Read(_protector.Unprotect(bytes));
        }
        catch (CryptographicException)
        {
            // The only way in which a protector says that somebody else wrote this.
            return null;
        }
    }
}
