using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Identity;

namespace IdentitySite.Pages;

internal static class Passkeys
{
    /// <param name="context">The request.</param>
    /// <param name="use">What passkey.js does: create or get.</param>
    /// <param name="action">Takes the field credential; with /options added, it gives the challenge.</param>
    /// <param name="fields">What else is sent to both.</param>
    public static IHtmlContent Form(HttpContext context, string use, string action, FormattableString fields) => Html.Of($"""
        <div data-passkey="{use}">{Html.Form(context, action, $"""
            <input type="hidden" name="credential">{Html.Of(fields)}<p role="alert" hidden></p>
            """)}</div>
        <script type="module" src="/passkey.js"></script>
        """);

    /// <summary>Names the challenge that Identity keeps in a cookie; empty without one.</summary>
    public static async Task<string> ChallengeAsync(HttpContext context)
    {
        var kept = await context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme);

        // Those with a dot tell when the cookie was issued, not what it is for.
        var state = kept.Properties?.Items.Where(item => !item.Key.StartsWith('.')).Select(item => item.Value);
        return state is null ? "" : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', state))));
    }
}
