using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Builds links to the captcha's pages for one request and policy.</summary>
internal static class CaptchaLinks
{
    internal const string PagePath = "/captcha";
    internal const string TaskPath = "/captcha/challenge";
    internal const string WaitField = "wait";

    /// <summary>Replaces the ticket once the wait is over.</summary>
    internal const string Waited = "done";

    internal static string Page(HttpRequest request, string prefix, string? policy, string referral) => Link(request, prefix + PagePath, policy, referral);

    internal static string Task(HttpRequest request, string prefix, string? policy, string referral) => Link(request, prefix + TaskPath, policy, referral);

    internal static string PageWithReturn(HttpRequest request, string prefix, string? policy, string referral, string path)
    {
        var page = Page(request, prefix, policy, referral);
        return $"{page}{(policy is null ? '?' : '&')}{IBouncerEndpoint.ReturnParameter}={Uri.EscapeDataString(path)}";
    }

    /// <summary>The link to the page on which a client waits.</summary>
    /// <param name="request">The request.</param>
    /// <param name="prefix">The prefix of the bouncer's pages.</param>
    /// <param name="policy">The policy's name.</param>
    /// <param name="referral">The client that is to wait.</param>
    /// <param name="path">Where the client goes afterwards.</param>
    /// <param name="ticket">The client's ticket; empty to get one.</param>
    internal static string Wait(HttpRequest request, string prefix, string? policy, string referral, string path, string ticket) =>
        $"{PageWithReturn(request, prefix, policy, referral, path)}{(policy is null ? $"&{IBouncerEndpoint.ReferralParameter}={referral}" : "")}&{WaitField}={ticket}";

    /// <summary>A policy's name counts only together with the referral that it was issued with.</summary>
    private static string Link(HttpRequest request, string path, string? policy, string referral) =>
        request.PathBase.ToUriComponent() + path
        + (policy is null ? "" : $"?{IBouncerEndpoint.PolicyParameter}={Uri.EscapeDataString(policy)}&{IBouncerEndpoint.ReferralParameter}={referral}");
}
