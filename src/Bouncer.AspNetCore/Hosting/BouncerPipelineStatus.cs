namespace Bouncer.AspNetCore.Hosting;

/// <summary>The findings about the bouncer's place in the pipeline. Once true, a finding stays true, except for the trust in
/// proxies, which follows the settings. Thread-safe; holds no data of any request.</summary>
internal sealed class BouncerPipelineStatus
{
    private volatile bool _trustsEveryProxy;
    private volatile bool _runsBeforeForwardedHeaders;
    private volatile bool _runsBeforeRouting;
    private volatile bool _isPassedBy;
    private volatile bool _losesOwnPages;

    /// <summary>Whether X-Forwarded-For is trusted from every peer, or from a large part of the internet, so that clients can
    /// choose the address that is checked.</summary>
    internal bool TrustsEveryProxy
    {
        get => _trustsEveryProxy;
        set => _trustsEveryProxy = value;
    }

    /// <summary>Whether the bouncer runs before ForwardedHeaders and so checks the proxy instead of the client.</summary>
    internal bool RunsBeforeForwardedHeaders
    {
        get => _runsBeforeForwardedHeaders;
        set => _runsBeforeForwardedHeaders = value;
    }

    /// <summary>Whether the bouncer runs before routing, or before middleware that reroutes requests, and so cannot see the
    /// policies of endpoints.</summary>
    internal bool RunsBeforeRouting
    {
        get => _runsBeforeRouting;
        set => _runsBeforeRouting = value;
    }

    /// <summary>Whether requests are answered without passing the bouncer, because it is placed after the endpoints or in a
    /// branch of the pipeline. Endpoints before it are detected at startup, everything else at the first such request and only if
    /// <c>AddBouncer</c> was called.</summary>
    internal bool HasUncheckedRequests
    {
        get => _isPassedBy;
        set => _isPassedBy = value;
    }

    /// <summary>Whether requests for the bouncer's own pages, such as the captcha's, do not reach a bouncer, because it is placed
    /// only in branches of the pipeline that do not have their paths. Detected only if <c>AddBouncer</c> was called.</summary>
    internal bool HasUnreachableEndpoints
    {
        get => _losesOwnPages;
        set => _losesOwnPages = value;
    }
}
