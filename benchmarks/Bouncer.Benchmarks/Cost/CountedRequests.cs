namespace Bouncer.Benchmarks.Cost;

/// <summary>Tells the traffic of each request before it is sent.</summary>
internal sealed class CountedRequests(Traffic traffic) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        traffic.Asked(request.RequestUri!);
        return base.SendAsync(request, cancellationToken);
    }
}
