namespace Bouncer.AspNetCore.Hosting;

/// <summary>What was noticed about the place of the bouncer in the pipeline. Once true, a finding stays, except for the trust in
/// proxies, which follows the settings. Safe for any number of threads; holds nothing of any request.</summary>
internal sealed class BouncerPipelineStatus
{
    private volatile bool _trustsEveryProxy;
    private volatile bool _runsBeforeForwardedHeaders;
    private volatile bool _runsBeforeRouting;
    private volatile bool _isPassedBy;
    private volatile bool _losesOwnPages;

    /// <summary>Whether X-Forwarded-For is believed from everybody, or from a good part of the internet, so that clients choose the
    /// address they are judged by.</summary>
    internal bool TrustsEveryProxy
    {
        get => _trustsEveryProxy;
        set => _trustsEveryProxy = value;
    }

    /// <summary>Whether the bouncer runs before ForwardedHeaders and so judges the proxy instead of the client.</summary>
    internal bool RunsBeforeForwardedHeaders
    {
        get => _runsBeforeForwardedHeaders;
        set => _runsBeforeForwardedHeaders = value;
    }

    /// <summary>Whether the bouncer runs before routing, or before middleware that has requests routed again, and so cannot see the
    /// policies of endpoints.</summary>
    internal bool RunsBeforeRouting
    {
        get => _runsBeforeRouting;
        set => _runsBeforeRouting = value;
    }

    /// <summary>Whether requests are answered that never meet the bouncer, because it stands behind the endpoints or in a branch
    /// of the pipeline. Endpoints before it are noticed at the start, all else at the first such request and only where
    /// <c>AddBouncer</c> was called.</summary>
    internal bool HasUncheckedRequests
    {
        get => _isPassedBy;
        set => _isPassedBy = value;
    }

    /// <summary>Whether the bouncer's own pages, such as the captcha's, are asked for and meet no bouncer, because it stands only in
    /// branches of the pipeline that do not have their paths. Noticed only where <c>AddBouncer</c> was called.</summary>
    internal bool HasUnreachableEndpoints
    {
        get => _losesOwnPages;
        set => _losesOwnPages = value;
    }
}
