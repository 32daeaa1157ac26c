using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary>A request whose context is used again and again, as a server pools its own: what is allocated while it is
/// handled is the handler's.</summary>
internal sealed class PooledRequest
{
    private readonly HttpResponseFeature _response = new();

    internal PooledRequest(string client, string? accept = null, string? languages = null)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", Headers = { Accept = accept, AcceptLanguage = languages } });
        features.Set<IHttpResponseFeature>(_response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        Context = new DefaultHttpContext(features) { TraceIdentifier = "0HN:00000001" };
        Context.Connection.RemoteIpAddress = IPAddress.Parse(client);
    }

    internal DefaultHttpContext Context { get; }

    /// <summary>What one call allocates, once everything that is made once is made.</summary>
    internal long Allocated(RequestDelegate handle)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 200; round++)
        {
            _response.Headers.Clear();
            _response.StatusCode = StatusCodes.Status200OK;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var task = handle(Context);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(task.IsCompletedSuccessfully);
        }

        return least;
    }
}
