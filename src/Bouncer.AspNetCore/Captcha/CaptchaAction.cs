using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Converts a policy's name to an action name that captcha services accept: Turnstile allows 32 characters, reCAPTCHA no
/// hyphens.</summary>
internal static class CaptchaAction
{
    /// <summary>Tells these tokens from those that the same site key issued elsewhere, for example to a login form, which do not
    /// count.</summary>
    private const string Prefix = "bouncer_";

    private const int LongestName = 24;

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    internal static string Of(string? policy)
    {
        var name = policy ?? "default";
        return Prefix + (name.Length <= LongestName && !name.AsSpan().ContainsAnyExcept(Plain) ? name : Digest(name));
    }

    private static string Digest(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..LongestName];
}
