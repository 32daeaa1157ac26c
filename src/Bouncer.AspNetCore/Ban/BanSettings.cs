using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Ban;

/// <summary>One valid state of the ban's settings, with the bodies created from them. Immutable.</summary>
internal sealed class BanSettings(Refusal refusal)
{
    private static readonly BodyTemplate Text = new("Access denied by an automated check.\n", []);

    internal Refusal Refusal { get; } = refusal;

    /// <summary>The refusal with the status that AppSec prescribes; null for none.</summary>
    internal Refusal RefusalWith(int? status) => status is not { } code || code == Refusal.Problem.Status ? Refusal : Refusal with
    {
        GrpcStatus = GrpcRefusal.StatusOf(code),
        HandshakeStatus = code,
        Problem = Problem.Of(code, Refusal.Problem.Detail),
    };

    internal static BanSettings Create(SettingsSource source)
    {
        var ban = source.Options.Ban;
        var page = source.PathOf(ban.Template) is { } template
            ? source.Pages.Load(template)
            : source.RefusalPage;
        return new BanSettings(new Refusal(
            GrpcRefusal.PermissionDenied,
            StatusCodes.Status403Forbidden,
            Text,
            Problem.Of(ban.StatusCode, "An automated check of the client's address refused this request."),
            page.WriteAsync));
    }
}
