using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>The headers of every refusal: no cache keeps it, shared ones included, and nobody guesses at its type.</summary>
internal static class RefusalHeaders
{
    private const string CdnCacheControl = "CDN-Cache-Control";
    private const string SurrogateControl = "Surrogate-Control";

    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoStorePrivate = "no-store, private";
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";

    internal static void Set(IHeaderDictionary headers)
    {
        headers.CacheControl = NoStorePrivate;
        headers[CdnCacheControl] = NoStore;
        headers[SurrogateControl] = NoStore;
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
    }

    internal static void Remove(IHeaderDictionary headers)
    {
        headers.CacheControl = StringValues.Empty;
        headers.Remove(CdnCacheControl);
        headers.Remove(SurrogateControl);
        headers.XContentTypeOptions = StringValues.Empty;
        headers.Remove("Referrer-Policy");
    }
}
