using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>Where the captcha's pages are, for one request and policy.</summary>
internal static class CaptchaLinks
{
    internal const string PagePath = "/captcha";
    internal const string TaskPath = "/captcha/challenge";
    internal const string ReturnField = "return";
    internal const string SlipField = "for";

    internal static string Page(HttpRequest request, string prefix, string? policy, string slip) => Link(request, prefix + PagePath, policy, slip);

    internal static string Task(HttpRequest request, string prefix, string? policy, string slip) => Link(request, prefix + TaskPath, policy, slip);

    internal static string PageWithReturn(HttpRequest request, string prefix, string? policy, string slip, string path)
    {
        var page = Page(request, prefix, policy, slip);
        return $"{page}{(policy is null ? '?' : '&')}{ReturnField}={Uri.EscapeDataString(path)}";
    }

    /// <summary>A policy's name counts only with the slip of whom it sent there.</summary>
    private static string Link(HttpRequest request, string path, string? policy, string slip) =>
        request.PathBase.ToUriComponent() + path
        + (policy is null ? "" : $"?{IOwnPage.PolicyParameter}={Uri.EscapeDataString(policy)}&{SlipField}={slip}");
}
