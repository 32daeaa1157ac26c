using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations.Ban;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>One valid state of the settings, as requests use it. Immutable; a change swaps the whole.</summary>
internal sealed record HttpSettings(
    PolicyTable Policies, BanSettings Ban, ThrottleTable Throttle, CaptchaSettings Captcha, SiteVerifySettings SiteVerify, BouncerHttpOptions Hooks);
