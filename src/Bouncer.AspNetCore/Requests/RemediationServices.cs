using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The services behind a <see cref="RemediationContext"/>, for the bouncer's own handlers and those of third
/// parties.</summary>
internal sealed record RemediationServices(
    RemediationRegistry Registry, Referrals Referrals, ClearanceCookie Clearance, RefusalWriter Refusals, TimeProvider Time);
