using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Geo;

/// <summary>Finds clients' countries or autonomous systems. Both are properties of the address: there are none without an address, and
/// decisions on them do not apply in trusted networks.</summary>
internal sealed class GeoSource(GeoKind kind, IBouncer bouncer, GeoNotices notices, EmbeddedIPv4? embedded = null) : IScopeSource
{
    public bool MayMatch(HttpContext context, in BouncerRequest request)
    {
        var found = Find(context, request);
        return !found.IsKnown || HasDecisions(found.Value) || HasDecisions(found.Other);
    }

    public ValueTask<ScopeValue> FindAsync(HttpContext context, BouncerRequest request)
    {
        var found = Find(context, request);
        if (!found.IsKnown && bouncer.HasDecisions(kind.Scope))
        {
            notices.Unknown(kind, request.Settings.Of<GeoSettings>().Of(kind).Header!);
        }

        return new(found);
    }

    private ScopeValue Find(HttpContext context, in BouncerRequest request)
    {
        if (request.Address is not { } address || request.Verdict.Source == VerdictSource.Trusted)
        {
            return ScopeValue.Of(null);
        }

        var way = request.Settings.Of<GeoSettings>().Of(kind);
        return way.Header is { } header && ReadHeader(context, header) is { } sent ? ScopeValue.Of(sent)
            : way.Database is { } database ? database.Find(address, embedded)
            : way.Header is null ? ScopeValue.Of(null)
            : ScopeValue.Unknown;
    }

    /// <summary>Reads a header that a client can write as well: only if a trusted proxy named the client.</summary>
    private string? ReadHeader(HttpContext context, string name) =>
        context.Features[typeof(ForwardedFeature)] is ForwardedFeature { IsClientNamed: true }
        && context.Request.Headers[name] is [{ } text] ? kind.Parse(text) : null;

    private bool HasDecisions(string? value) => value is not null && bouncer.HasDecisions(kind.Scope, value);
}
