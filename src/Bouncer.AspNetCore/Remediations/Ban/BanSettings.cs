namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>One valid state of the ban's settings. Immutable.</summary>
internal sealed record BanSettings(int StatusCode, BanPage Page);
