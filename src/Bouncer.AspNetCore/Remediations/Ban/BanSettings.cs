using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>One valid state of the ban's settings, and the bodies made of them. Immutable.</summary>
internal sealed record BanSettings(int StatusCode, RefusalPage Page)
{
    private static readonly BodyTemplate Text = new("Access denied by an automated check.\n", []);

    internal Refusal Refusal { get; } = new(
        GrpcRefusal.PermissionDenied,
        StatusCodes.Status403Forbidden,
        Text,
        Problem.Of(StatusCode, "An automated check of the client's address refused this request."));

    /// <summary>The page of this package.</summary>
    internal static RefusalPage CreatePage(PageMaker pages) => pages.MakeRefusal("banHeading", PageFile.Read("BanPage.html"));
}
