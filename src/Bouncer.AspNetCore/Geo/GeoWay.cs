namespace Bouncer.AspNetCore.Geo;

/// <summary>How clients' values of one kind are found.</summary>
/// <param name="Header">The header of trusted proxies, which comes first; null for none.</param>
/// <param name="Database">The database; null for none.</param>
internal sealed record GeoWay(string? Header, GeoFile? Database)
{
    internal bool IsUsed => Header is not null || Database is not null;
}
