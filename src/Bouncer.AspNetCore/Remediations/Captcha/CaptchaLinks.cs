using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>Where the captcha's pages are, for one request and policy.</summary>
internal static class CaptchaLinks
{
    internal const string PagePath = "/captcha";
    internal const string TaskPath = "/captcha/challenge";
    internal const string ReturnField = "return";

    internal static string Page(HttpRequest request, string prefix, string? policy) => Link(request, prefix + PagePath, policy);

    internal static string Task(HttpRequest request, string prefix, string? policy) => Link(request, prefix + TaskPath, policy);

    internal static string PageWithReturn(HttpRequest request, string prefix, string? policy, string path)
    {
        var page = Page(request, prefix, policy);
        return $"{page}{(policy is null ? '?' : '&')}{ReturnField}={Uri.EscapeDataString(path)}";
    }

    private static string Link(HttpRequest request, string path, string? policy) =>
        request.PathBase.ToUriComponent() + path + (policy is null ? "" : $"?{IOwnPage.PolicyParameter}={Uri.EscapeDataString(policy)}");
}
