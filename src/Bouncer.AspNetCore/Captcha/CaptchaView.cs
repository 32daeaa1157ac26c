using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>The content of the page for one client.</summary>
/// <param name="Widget">The captcha.</param>
/// <param name="Policy">The policy's name.</param>
/// <param name="Return">Where the client goes afterwards: from <see cref="Responses.ReturnPath"/>.</param>
/// <param name="Notice">The name of a text to show first: the page then waits for a click before it continues.</param>
/// <param name="Task">The challenge as JSON, if the page cannot fetch it.</param>
/// <param name="Referral">The client to which it is shown: from <see cref="Referrals"/>.</param>
/// <param name="IsStandIn">Whether the captcha stands in for the policy's own.</param>
internal sealed record CaptchaView(CaptchaWidget Widget, string? Policy, string Return, string? Notice, string? Task, string Referral, bool IsStandIn);
