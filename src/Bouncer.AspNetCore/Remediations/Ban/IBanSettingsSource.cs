namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>Where the ban finds the settings in force: they hold its page, so it must not know who holds them.</summary>
internal interface IBanSettingsSource
{
    BanSettings Current { get; }
}
