using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>One valid state of the ban's settings, and the bodies made of them. Immutable.</summary>
internal sealed record BanSettings(int StatusCode, BanPage Page)
{
    internal BodyTemplate Problem { get; } = ProblemBody.Compose(StatusCode);
}
