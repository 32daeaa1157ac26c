using System.Threading.Channels;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>The requests that are being answered. Entering and leaving takes no lock, and allocates nothing once there are as
/// many places as concurrent requests; places are kept for that.</summary>
internal sealed class OpenRequests
{
    /// <summary>The distance between the heads of the lists, so that processors do not share a cache line.</summary>
    private const int Stride = 16;

    private static readonly int Lists = int.Min(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));

    private readonly Lock _growing = new();

    /// <summary>One list of idle places per processor: the index of the first plus one, below a count of changes that
    /// distinguishes a list that changed and changed back from one that did not change (ABA).</summary>
    private readonly long[] _heads = new long[Lists * Stride];

    /// <summary>One pending signal means as much as many.</summary>
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile OpenRequest[] _places = [];
    private int _count;
    private int _generation;

    /// <summary>Grows with every change of decisions or settings. Read before a client is checked.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    internal ChannelReader<bool> Work => _work.Reader;

    /// <summary>All places, including idle ones, but not those that are created meanwhile.</summary>
    internal ReadOnlyMemory<OpenRequest> Places
    {
        get
        {
            var count = Volatile.Read(ref _count);
            return _places.AsMemory(0, count);
        }
    }

    /// <summary>Records that the decisions or settings by which clients are checked have changed.</summary>
    internal void Changed()
    {
        Interlocked.Increment(ref _generation);
        Look();
    }

    /// <summary>Requests a sweep of all requests.</summary>
    internal void Look() => _work.Writer.TryWrite(true);

    /// <summary>Enters a request that continues to the application.</summary>
    internal void Enter(HttpContext context, in BouncerRequest request)
    {
        // The framework's own feature, of a context without a server, never reports the end of the request.
        if (request.Settings.EndsOpenConnections
            && context.Features[typeof(IHttpResponseFeature)] is IHttpResponseFeature response
            && response.GetType() != typeof(HttpResponseFeature))
        {
            Take().Begin(context, response, new OpenClient(
                request.From, request.Endpoint, request.Others?.Values, context.Request.Path, IsAmbiguousByHeaders(context, request)));

            // The check may be outdated, and the request may have been entered too late for the sweep after the change.
            if (request.Generation != Generation)
            {
                Look();
            }
        }
    }

    /// <summary>Whether its headers make the request ambiguous, if that matters: if there are policies, or exempt
    /// endpoints.</summary>
    private static bool IsAmbiguousByHeaders(HttpContext context, in BouncerRequest request) =>
        (request.Settings.Policies.All.Length > 1 || request.Settings.Policies.For(request.Endpoint).Bypass)
        && AmbiguousRequest.IsByHeaders(context.Request.Headers);

    /// <summary>Returns a place to its list.</summary>
    internal void Return(OpenRequest place)
    {
        ref var head = ref _heads[place.List * Stride];
        while (true)
        {
            var seen = Volatile.Read(ref head);
            place.NextIdle = (int)seen;
            if (Interlocked.CompareExchange(ref head, Next(seen, place.Index + 1), seen) == seen)
            {
                return;
            }
        }
    }

    private static long Next(long seen, int first) => ((seen >> 32) + 1) << 32 | (uint)first;

    private OpenRequest Take()
    {
        var list = Thread.GetCurrentProcessorId() & (Lists - 1);
        ref var head = ref _heads[list * Stride];
        while (true)
        {
            var seen = Volatile.Read(ref head);
            if ((int)seen == 0)
            {
                return Grow(list);
            }

            var place = _places[(int)seen - 1];
            if (Interlocked.CompareExchange(ref head, Next(seen, place.NextIdle), seen) == seen)
            {
                return place;
            }
        }
    }

    private OpenRequest Grow(int list)
    {
        lock (_growing)
        {
            var places = _places;
            if (_count == places.Length)
            {
                Array.Resize(ref places, int.Max(64, _count * 2));
                _places = places;
            }

            var place = places[_count] = new OpenRequest(this, _count, list);
            Volatile.Write(ref _count, _count + 1);
            return place;
        }
    }
}
