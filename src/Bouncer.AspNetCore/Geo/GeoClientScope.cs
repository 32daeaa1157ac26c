using System.Net;
using System.Security.Claims;
using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Geo;

/// <summary>Finds the countries or autonomous systems of an address in the database, without a request.</summary>
internal sealed class GeoClientScope(GeoKind kind, HttpSettingsProvider settings, EmbeddedIPv4? embedded = null) : IClientScope
{
    public DecisionScope Scope => kind.Scope;

    public bool IsOfAddress => true;

    public IEnumerable<string> Find(IPAddress? address, ClaimsPrincipal? user)
    {
        var found = address is not null ? settings.Current.Of<GeoSettings>().Of(kind).Database?.Find(address, embedded) : null;
        return new[] { found?.Value, found?.Other }.OfType<string>();
    }
}
