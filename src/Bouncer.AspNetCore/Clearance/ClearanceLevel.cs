namespace Bouncer.AspNetCore.Clearance;

/// <summary>What a client has proved. Each stands for itself: a second factor of one account does not show that a browser is at work.</summary>
internal enum ClearanceLevel : byte
{
    Captcha = 1,
    Mfa = 2,

    /// <summary>A challenge of the application's own. There may be several, told apart by what was asked.</summary>
    Custom = 3,
}
