namespace Bouncer.AspNetCore;

/// <summary>How a client's country and autonomous system are found, for decisions on them; section <c>Bouncer:Http:Geo</c>. Decisions
/// of a scope are requested from LAPI if one of its settings is set.</summary>
/// <remarks>A database is read into memory, and again when its file changes. If both a header and a database are set, the database is
/// used for requests for which no trusted proxy sent the header.</remarks>
public sealed class GeoOptions
{
    /// <summary>The MaxMind DB file (<c>.mmdb</c>) with the countries of addresses, relative to the content root. Cities will do as
    /// well.</summary>
    /// <value>When null: none. A file that cannot be read prevents the start.</value>
    public string? CountryDatabase { get; set; }

    /// <summary>The MaxMind DB file (<c>.mmdb</c>) with the autonomous systems of addresses, relative to the content root. It may be
    /// the same file as <see cref="CountryDatabase"/>.</summary>
    /// <value>When null: none. A file that cannot be read prevents the start.</value>
    public string? AsDatabase { get; set; }

    /// <summary>The header in which the proxies of <see cref="ProxyOptions.Networks"/> send the client's country, such as
    /// <c>CF-IPCountry</c> or <c>CloudFront-Viewer-Country</c>. Use it only if every proxy sets or removes the header: others pass on
    /// what a client wrote.</summary>
    /// <value>When null: none.</value>
    public string? CountryHeader { get; set; }

    /// <summary>The header in which the proxies of <see cref="ProxyOptions.Networks"/> send the number of the client's autonomous
    /// system, such as <c>CloudFront-Viewer-ASN</c>. Use it only if every proxy sets or removes the header: others pass on what a
    /// client wrote.</summary>
    /// <value>When null: none.</value>
    public string? AsHeader { get; set; }
}
