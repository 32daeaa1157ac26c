using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Seals tickets with the application's key ring: any replica can read them, clients cannot forge or change one, and
/// none needs to be stored before it is used. Thread-safe.</summary>
internal sealed class WaitTickets(IDataProtectionProvider keys)
{
    /// <summary>The greatest length of a ticket, in characters.</summary>
    internal const int LongestText = 512;

    private readonly IDataProtector _protector = keys.CreateProtector("CrowdSec.Bouncer", "CaptchaWait", "v1");

    /// <summary>Creates a ticket for a wait that begins now.</summary>
    internal string Write(in Referral referral, TimeSpan wait)
    {
        Span<byte> id = stackalloc byte[WaitTicket.IdLength];
        RandomNumberGenerator.Fill(id);
        return Base64Url.EncodeToString(_protector.Protect(new WaitTicket(BinaryPrimitives.ReadUInt128BigEndian(id), referral, wait).ToBytes()));
    }

    /// <summary>Reads a client's ticket; null if this application did not issue it, or if it is for another host or
    /// policy.</summary>
    /// <param name="request">The request.</param>
    /// <param name="policy">The policy that applies to the request.</param>
    /// <param name="text">The client's ticket.</param>
    internal WaitTicket? Read(HttpRequest request, string? policy, string text) =>
        Open(text) is { } ticket && ticket.Referral.Place == Referrals.PlaceOf(request, policy) ? ticket : null;

    /// <summary>Opens a ticket; null if this application did not issue it.</summary>
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
            // A protector reports a foreign ticket only by this exception.
            return null;
        }
    }
}
