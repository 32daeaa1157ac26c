using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Tests.Throttle;

/// <summary>An application's own limiter, which has so many permits for everybody.</summary>
internal sealed class OwnLimiter : PartitionedRateLimiter<HttpContext>
{
    private int _disposed;

    internal int Permits { get; set; }

    internal TimeSpan? RetryAfter { get; init; }

    internal int Disposed => Volatile.Read(ref _disposed);

    internal List<string> Asked { get; } = [];

    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => null;

    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount)
    {
        Asked.Add(resource.Request.Path);
        return new Lease(this, Permits-- > 0);
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext resource, int permitCount, CancellationToken cancellationToken) =>
        new(AttemptAcquireCore(resource, permitCount));

    private sealed class Lease(OwnLimiter limiter, bool isAcquired) : RateLimitLease
    {
        public override bool IsAcquired { get; } = isAcquired;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = limiter.RetryAfter;
            return metadataName == MetadataName.RetryAfter.Name && metadata is not null;
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Increment(ref limiter._disposed);
            base.Dispose(disposing);
        }
    }
}
