namespace Bouncer.AspNetCore.Clearance;

/// <summary>The proof that a client has given. Levels are independent: an account's second factor does not show that the client
/// is a browser.</summary>
internal enum ClearanceLevel : byte
{
    Captcha = 1,
    Mfa = 2,

    /// <summary>A challenge of the application's own. There may be several, distinguished by the task.</summary>
    Custom = 3,
}
