using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Geo;

/// <summary>One valid state of the settings. Immutable.</summary>
internal sealed class GeoSettings
{
    private readonly GeoWay _country;
    private readonly GeoWay _as;

    private GeoSettings(GeoWay country, GeoWay autonomousSystem) => (_country, _as) = (country, autonomousSystem);

    /// <summary>Whether clients are matched by any of this.</summary>
    internal bool AreUsed => _country.IsUsed || _as.IsUsed;

    /// <summary>The databases in use.</summary>
    internal IEnumerable<GeoFile> Databases => new[] { _country.Database, _as.Database }.OfType<GeoFile>();

    internal static GeoSettings Create(SettingsSource source, GeoFiles files) =>
        new(WayOf(GeoKind.Country, source, files), WayOf(GeoKind.AS, source, files));

    internal GeoWay Of(GeoKind kind) => ReferenceEquals(kind, GeoKind.Country) ? _country : _as;

    private static GeoWay WayOf(GeoKind kind, SettingsSource source, GeoFiles files) => new(
        kind.HeaderIn(source.Options.Geo),
        source.PathOf(kind.DatabaseIn(source.Options.Geo)) is { } path ? files.Open(kind, path) : null);
}
