using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>What the page shows one client.</summary>
/// <param name="Widget">The captcha.</param>
/// <param name="Policy">The policy's name.</param>
/// <param name="Return">Where the client goes then: from <see cref="Responses.ReturnPath"/>.</param>
/// <param name="Notice">The name of a text to read first: the page then waits for a click before it goes on.</param>
/// <param name="Task">The task as JSON, where the page cannot fetch it.</param>
/// <param name="Referral">Whom it is shown to: from <see cref="Referrals"/>.</param>
/// <param name="IsStandIn">Whether the captcha stands in for the policy's own.</param>
internal sealed record CaptchaView(CaptchaWidget Widget, string? Policy, string Return, string? Notice, string? Task, string Referral, bool IsStandIn);
