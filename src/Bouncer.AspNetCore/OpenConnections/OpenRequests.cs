using System.Threading.Channels;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>The requests that are being answered. Entering and leaving takes no lock and allocates nothing once there are as many
/// places as requests at a time, which is what they are kept for.</summary>
internal sealed class OpenRequests
{
    /// <summary>How far apart the heads of the lists are, so that processors do not take a line of memory from each other.</summary>
    private const int Stride = 16;

    private static readonly int Lists = int.Min(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));

    private readonly Lock _growing = new();

    /// <summary>For each processor the list of idle places: the index of the first plus one, below the number of changes, by
    /// which a list that changed and changed back is told from one that did not.</summary>
    private readonly long[] _heads = new long[Lists * Stride];

    /// <summary>One pending signal says as much as many.</summary>
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile OpenRequest[] _places = [];
    private int _count;
    private int _generation;

    /// <summary>Grows with every change of decisions or settings. Read before a client is judged.</summary>
    internal int Generation => Volatile.Read(ref _generation);

    internal ChannelReader<bool> Work => _work.Reader;

    /// <summary>Every place there is, idle ones included; it does not show those that are made meanwhile.</summary>
    internal ReadOnlyMemory<OpenRequest> Places
    {
        get
        {
            var count = Volatile.Read(ref _count);
            return _places.AsMemory(0, count);
        }
    }

    /// <summary>Takes that what clients are judged by has changed.</summary>
    internal void Changed()
    {
        Interlocked.Increment(ref _generation);
        Look();
    }

    /// <summary>Has all requests looked at.</summary>
    internal void Look() => _work.Writer.TryWrite(true);

    /// <summary>Takes a request that goes on to the application.</summary>
    internal void Enter(HttpContext context, in BouncerRequest request)
    {
        // The framework's own feature, of a context without a server, never says that the request is over.
        if (request.Settings.EndsOpenConnections
            && context.Features[typeof(IHttpResponseFeature)] is IHttpResponseFeature response
            && response.GetType() != typeof(HttpResponseFeature))
        {
            Take().Begin(context, response, new OpenClient(
                request.From, request.Endpoint, request.Others?.Values, context.Request.Path, IsAmbiguousByHeaders(context, request)));

            // Judged by what has changed since, and perhaps entered too late for the look that came of it.
            if (request.Generation != Generation)
            {
                Look();
            }
        }
    }

    /// <summary>Whether headers make it another request, where that makes a difference: where there are policies, or exempt endpoints.</summary>
    private static bool IsAmbiguousByHeaders(HttpContext context, in BouncerRequest request) =>
        (request.Settings.Policies.All.Length > 1 || request.Settings.Policies.For(request.Endpoint).Bypass)
        && AmbiguousRequest.IsByHeaders(context.Request.Headers);

    /// <summary>Takes a place back.</summary>
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
