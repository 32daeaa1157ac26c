using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Sets the status and headers of every refusal: no cache stores it, not even a shared one, and no browser guesses its
/// type. Holds the previous ones.</summary>
internal readonly struct RefusalHeaders
{
    private const string CdnCacheControl = "CDN-Cache-Control";
    private const string SurrogateControl = "Surrogate-Control";
    private const string ReferrerPolicy = "Referrer-Policy";

    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoStorePrivate = "no-store, private";
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";

    private readonly int _status;
    private readonly StringValues _cacheControl;
    private readonly StringValues _cdnCacheControl;
    private readonly StringValues _surrogateControl;
    private readonly StringValues _contentTypeOptions;
    private readonly StringValues _referrerPolicy;

    private RefusalHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        _status = response.StatusCode;
        _cacheControl = headers.CacheControl;
        _cdnCacheControl = headers[CdnCacheControl];
        _surrogateControl = headers[SurrogateControl];
        _contentTypeOptions = headers.XContentTypeOptions;
        _referrerPolicy = headers[ReferrerPolicy];
    }

    /// <summary>Makes a response a refusal until it is changed.</summary>
    internal static RefusalHeaders Begin(HttpResponse response)
    {
        var before = new RefusalHeaders(response);
        response.StatusCode = StatusCodes.Status403Forbidden;
        Set(response);
        return before;
    }

    internal static void Set(HttpResponse response)
    {
        if (response.HttpContext.Features.Get<IOutputCacheFeature>() is { } cache)
        {
            // ASP.NET Core's output cache does not read Cache-Control.
            cache.Context.AllowCacheStorage = false;
        }

        var headers = response.Headers;
        headers.CacheControl = NoStorePrivate;
        headers[CdnCacheControl] = NoStore;
        headers[SurrogateControl] = NoStore;
        headers.XContentTypeOptions = NoSniff;
        headers[ReferrerPolicy] = NoReferrer;
    }

    /// <summary>Restores the previous status and headers, unless the response has started.</summary>
    internal void Restore(HttpResponse response)
    {
        if (response.HasStarted)
        {
            return;
        }

        var headers = response.Headers;
        response.StatusCode = _status;
        headers[HeaderNames.CacheControl] = _cacheControl;
        headers[CdnCacheControl] = _cdnCacheControl;
        headers[SurrogateControl] = _surrogateControl;
        headers[HeaderNames.XContentTypeOptions] = _contentTypeOptions;
        headers[ReferrerPolicy] = _referrerPolicy;
    }
}
