using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Names a policy as captcha services let an action be named: Turnstile takes 32 characters, reCAPTCHA no hyphens.</summary>
internal static class CaptchaAction
{
    /// <summary>A token that the same site key gave to a login form, say, does not count.</summary>
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
