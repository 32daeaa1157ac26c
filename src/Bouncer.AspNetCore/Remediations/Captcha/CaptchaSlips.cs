using System.Buffers.Text;
using System.Security.Cryptography;
using Bouncer.AspNetCore.Remediations.Clearance;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>Seals slips with the application's key ring, so that any replica can read them and no client can make one. Safe for
/// any number of threads.</summary>
/// <remarks>Sealing one costs more than the rest of the page, so those of the last clients are kept for a moment: bounded, and
/// clients cannot predict whose slips share a place.</remarks>
internal sealed class CaptchaSlips(IDataProtectionProvider keys, TimeProvider time)
{
    /// <summary>No clearance lasts longer.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const int LongestText = 512;
    private const int Places = 256;

    /// <summary>In milliseconds.</summary>
    private const long Kept = 30_000;

    private readonly IDataProtector _protector = keys.CreateProtector("CrowdSec.Bouncer", "CaptchaSlip", "v1");
    private readonly Known?[] _known = new Known?[Places];

    /// <summary>A slip for the client of a request; empty if it has no address, and so no other one either.</summary>
    internal string Write(in RemediationContext context)
    {
        if (ClientKey.Of(context.ClientAddress).IsEmpty)
        {
            return "";
        }

        var slip = Of(context);
        ref var place = ref _known[(uint)HashCode.Combine(slip.Client, slip.Place) % Places];
        var known = Volatile.Read(ref place);
        if (known is null || known.Slip with { IssuedAt = slip.IssuedAt } != slip || slip.IssuedAt - known.Slip.IssuedAt is < 0 or > Kept)
        {
            known = new Known(slip, Base64Url.EncodeToString(_protector.Protect(slip.ToBytes())));
            Volatile.Write(ref place, known);
        }

        return known.Text;
    }

    /// <summary>What a slip for the client of a request says, now.</summary>
    internal CaptchaSlip Of(in RemediationContext context)
    {
        var decision = context.Verdict.Decision;
        return new CaptchaSlip(
            ClientKey.Of(context.ClientAddress),
            PlaceOf(context.HttpContext.Request, context.PolicyName),
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            decision?.Id ?? 0,
            (decision?.ExpiresAt ?? DateTimeOffset.MaxValue).ToUnixTimeMilliseconds());
    }

    /// <summary>The slip that a request for one of our pages brings in its address.</summary>
    /// <param name="request">The request.</param>
    /// <param name="policy">The policy under which it is judged.</param>
    internal CaptchaSlip? Read(HttpRequest request, string? policy) => Read(request, policy, request.Query[CaptchaLinks.SlipField]);

    /// <summary>A slip; null if it is none of ours, too old, or for another host or policy.</summary>
    internal CaptchaSlip? Read(HttpRequest request, string? policy, string? text)
    {
        if (SealedText.Read(text ?? "", LongestText) is not { } bytes)
        {
            return null;
        }

        try
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            return CaptchaSlip.Read(_protector.Unprotect(bytes)) is { } slip
                && slip.Place == PlaceOf(request, policy)
                && now - slip.IssuedAt <= Lifetime.TotalMilliseconds
                    ? slip
                    : null;
        }
        catch (CryptographicException)
        {
            // The only way in which a protector says that somebody else wrote this.
            return null;
        }
    }

    /// <summary>Hosts have no spaces.</summary>
    internal static UInt128 PlaceOf(HttpRequest request, string? policy) =>
        ClearanceTicket.DigestOf($"{RequestHost.NameOf(request)} {policy?.ToLowerInvariant()}");

    private sealed record Known(CaptchaSlip Slip, string Text);
}
