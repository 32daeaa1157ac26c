using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Requests;

/// <summary>What a <see cref="RemediationContext"/> offers handlers: the bouncer's own and third parties' alike.</summary>
internal sealed record RemediationServices(
    RemediationRegistry Registry, Referrals Referrals, ClearanceCookie Clearance, RefusalWriter Refusals, TimeProvider Time);
