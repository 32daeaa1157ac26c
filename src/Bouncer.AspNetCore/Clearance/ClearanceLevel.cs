namespace Bouncer.AspNetCore.Clearance;

/// <summary>What a client has proved. Each stands for itself: a second factor of one account does not show that a browser is at work.</summary>
internal enum ClearanceLevel : byte
{
    Captcha = 1,
    Mfa = 2,
}
