namespace Bouncer.AspNetCore.Remediations.Clearance;

/// <summary>What a client has proved. A higher level includes the lower ones.</summary>
internal enum ClearanceLevel : byte
{
    Captcha = 1,
    Mfa = 2,
}
