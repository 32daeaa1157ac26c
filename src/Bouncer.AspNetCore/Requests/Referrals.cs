using System.Buffers.Text;
using System.Security.Cryptography;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Seals referrals with the application's key ring, so that any replica can read them and clients cannot forge one.
/// Thread-safe.</summary>
/// <remarks>Sealing one costs more than the rest of the page, so those of the last clients are cached for a moment: bounded, and
/// clients cannot predict whose referrals share a place.</remarks>
internal sealed class Referrals(IDataProtectionProvider keys, TimeProvider time)
{
    /// <summary>The longest lifetime of a clearance.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const int LongestText = 512;
    private const int Places = 256;

    /// <summary>How long referrals are cached, in milliseconds.</summary>
    private const long Kept = 30_000;

    private readonly IDataProtector _protector = keys.CreateProtector("CrowdSec.Bouncer", "Referral", "v1");
    private readonly Known?[] _known = new Known?[Places];

    /// <summary>Creates a referral for the client of a request; empty if it has no address, in which case it has no other address
    /// either.</summary>
    internal string Write(in RemediationContext context)
    {
        if (ClientKey.Of(context.ClientAddress).IsEmpty)
        {
            return "";
        }

        var referral = Of(context);
        ref var place = ref _known[(uint)HashCode.Combine(referral.Client, referral.Place) % Places];
        var known = Volatile.Read(ref place);
        if (known is null || known.Referral with { IssuedAt = referral.IssuedAt } != referral || referral.IssuedAt - known.Referral.IssuedAt is < 0 or > Kept)
        {
            known = new Known(referral, Base64Url.EncodeToString(_protector.Protect(referral.ToBytes())));
            Volatile.Write(ref place, known);
        }

        return known.Text;
    }

    /// <summary>The content of a referral for the client of a request, as of now.</summary>
    internal Referral Of(in RemediationContext context)
    {
        var decision = context.Verdict.Decision;
        return new Referral(
            ClientKey.Of(context.ClientAddress),
            PlaceOf(context.HttpContext.Request, context.PolicyName),
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            decision?.Id ?? 0,
            (decision?.ExpiresAt ?? DateTimeOffset.MaxValue).ToUnixTimeMilliseconds());
    }

    /// <summary>Reads the referral in the address of a request for one of the bouncer's pages.</summary>
    /// <param name="request">The request.</param>
    /// <param name="policy">The policy that applies to the request.</param>
    internal Referral? Read(HttpRequest request, string? policy) => Read(request, policy, request.Query[IBouncerEndpoint.ReferralParameter]);

    /// <summary>Reads a referral; null if this application did not issue it, or if it is too old, or for another host or
    /// policy.</summary>
    internal Referral? Read(HttpRequest request, string? policy, string? text)
    {
        if (SealedText.Read(text ?? "", LongestText) is not { } bytes)
        {
            return null;
        }

        try
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            return Referral.Read(_protector.Unprotect(bytes)) is { } referral
                && referral.Place == PlaceOf(request, policy)
                && now - referral.IssuedAt <= Lifetime.TotalMilliseconds
                    ? referral
                    : null;
        }
        catch (CryptographicException)
        {
            // A protector reports a foreign referral only by this exception.
            return null;
        }
    }

    /// <summary>Hashes host and policy, separated by a space, which hosts do not contain.</summary>
    internal static UInt128 PlaceOf(HttpRequest request, string? policy) =>
        ClearanceTicket.DigestOf($"{RequestHost.NameOf(request)} {policy?.ToLowerInvariant()}");

    private sealed record Known(Referral Referral, string Text);
}
