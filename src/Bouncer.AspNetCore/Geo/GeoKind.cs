using System.Globalization;
using Bouncer.AspNetCore.Geo.MaxMind;

namespace Bouncer.AspNetCore.Geo;

/// <summary>What is known about where a client is: its country, or its autonomous system.</summary>
internal abstract class GeoKind
{
    internal static readonly GeoKind Country = new CountryKind();
    internal static readonly GeoKind AS = new ASKind();

    /// <summary>The scope of the decisions.</summary>
    internal abstract DecisionScope Scope { get; }

    /// <summary>The keys of the settings in section <c>Http</c>.</summary>
    internal abstract (string Database, string Header) Keys { get; }

    /// <summary>What it is called in a message, in the plural.</summary>
    internal abstract string Name { get; }

    /// <summary>The database in the settings; null for none.</summary>
    internal abstract string? DatabaseIn(GeoOptions options);

    /// <summary>The header in the settings; null for none.</summary>
    internal abstract string? HeaderIn(GeoOptions options);

    /// <summary>Reads a text as decisions have it; null if it is not one.</summary>
    internal abstract string? Parse(string text);

    /// <summary>Reads a record of a database.</summary>
    /// <returns>Null if the record has no such value.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal abstract string? Read(in MaxMindSection data, MaxMindValue record);

    private string? Read(in MaxMindSection data, MaxMindValue record, ReadOnlySpan<byte> key) =>
        !data.TryFind(record, key, out var value) ? null
        : data.Number(value) is { } number ? Parse(number.ToString(CultureInfo.InvariantCulture))
        : data.Text(value) is { } text ? Parse(text)
        : null;

    private string? Read(in MaxMindSection data, MaxMindValue record, ReadOnlySpan<byte> outer, ReadOnlySpan<byte> inner) =>
        data.TryFind(record, outer, out var map) ? Read(data, map, inner) : null;

    private sealed class CountryKind : GeoKind
    {
        internal override DecisionScope Scope => DecisionScope.Country;

        internal override (string Database, string Header) Keys => ("Geo:CountryDatabase", "Geo:CountryHeader");

        internal override string Name => "countries";

        internal override string? DatabaseIn(GeoOptions options) => options.CountryDatabase;

        internal override string? HeaderIn(GeoOptions options) => options.CountryHeader;

        // Proxies also have codes of their own, such as Cloudflare's T1 for Tor.
        internal override string? Parse(string text) =>
            text is [var first, var second] && char.IsAsciiLetter(first) && char.IsAsciiLetterOrDigit(second) ? text.ToUpperInvariant() : null;

        /// <remarks>Where the network is, and not where it is registered. IPinfo has the name in <c>country</c> if there is a
        /// <c>country_code</c>.</remarks>
        internal override string? Read(in MaxMindSection data, MaxMindValue record) =>
            Read(data, record, "country"u8, "iso_code"u8) ?? Read(data, record, "country_code"u8) ?? Read(data, record, "country"u8);
    }

    private sealed class ASKind : GeoKind
    {
        internal override DecisionScope Scope => DecisionScope.AS;

        internal override (string Database, string Header) Keys => ("Geo:AsDatabase", "Geo:AsHeader");

        internal override string Name => "autonomous systems";

        internal override string? DatabaseIn(GeoOptions options) => options.AsDatabase;

        internal override string? HeaderIn(GeoOptions options) => options.AsHeader;

        internal override string? Parse(string text)
        {
            var digits = text.StartsWith("AS", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
            return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number != 0
                ? digits.Length == text.Length && digits[0] != '0' ? text : number.ToString(CultureInfo.InvariantCulture)
                : null;
        }

        internal override string? Read(in MaxMindSection data, MaxMindValue record) =>
            Read(data, record, "autonomous_system_number"u8) ?? Read(data, record, "asn"u8)
            ?? Read(data, record, "traits"u8, "autonomous_system_number"u8) ?? Read(data, record, "country"u8, "AutonomousSystemNumber"u8);
    }
}
