using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>The refusal for a client whose address cannot be determined. Immutable.</summary>
internal sealed class UnresolvedSettings(Refusal refusal)
{
    private const string Text = "It could not be determined where this request comes from.";

    internal Refusal Refusal { get; } = refusal;

    internal static UnresolvedSettings Create(SettingsSource source) => new(new Refusal(
        GrpcRefusal.InvalidArgument,
        StatusCodes.Status400BadRequest,
        new BodyTemplate(Text + "\n", []),
        Problem.Of(StatusCodes.Status400BadRequest, Text),
        source.Pages.MakeRefusal("unresolvedHeading", PageFile.Read("UnresolvedPage.html")).WriteAsync));
}
