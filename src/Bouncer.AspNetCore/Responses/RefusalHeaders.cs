using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Responses;

/// <summary>The headers of every refusal: no cache keeps it, shared ones included, and nobody guesses at its type. Holds
/// what was there before.</summary>
internal readonly struct RefusalHeaders
{
    private const string CdnCacheControl = "CDN-Cache-Control";
    private const string SurrogateControl = "Surrogate-Control";
    private const string ReferrerPolicy = "Referrer-Policy";

    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoStorePrivate = "no-store, private";
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";

    private readonly StringValues _cacheControl;
    private readonly StringValues _cdnCacheControl;
    private readonly StringValues _surrogateControl;
    private readonly StringValues _contentTypeOptions;
    private readonly StringValues _referrerPolicy;

    private RefusalHeaders(IHeaderDictionary headers)
    {
        _cacheControl = headers.CacheControl;
        _cdnCacheControl = headers[CdnCacheControl];
        _surrogateControl = headers[SurrogateControl];
        _contentTypeOptions = headers.XContentTypeOptions;
        _referrerPolicy = headers[ReferrerPolicy];
    }

    internal static RefusalHeaders Set(IHeaderDictionary headers)
    {
        var before = headers.Count == 0 ? default : new RefusalHeaders(headers);
        headers.CacheControl = NoStorePrivate;
        headers[CdnCacheControl] = NoStore;
        headers[SurrogateControl] = NoStore;
        headers.XContentTypeOptions = NoSniff;
        headers[ReferrerPolicy] = NoReferrer;
        return before;
    }

    internal void Restore(IHeaderDictionary headers)
    {
        headers[HeaderNames.CacheControl] = _cacheControl;
        headers[CdnCacheControl] = _cdnCacheControl;
        headers[SurrogateControl] = _surrogateControl;
        headers[HeaderNames.XContentTypeOptions] = _contentTypeOptions;
        headers[ReferrerPolicy] = _referrerPolicy;
    }
}
