using System.Net;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>The request that an <see cref="IRemediationHandler"/> or <see cref="IBouncerEndpoint"/> handles, and the operations
/// available to it.</summary>
public readonly struct RemediationContext
{
    /// <summary>Describes a request to remediate. A context that is created this way has no services of the bouncer: it is for
    /// unit tests of handlers.</summary>
    /// <param name="httpContext">The request.</param>
    /// <param name="remediation">The remediation.</param>
    /// <param name="verdict">The verdict on the client.</param>
    /// <param name="policyName">The policy that was applied; null for the default one.</param>
    /// <param name="clientAddress">The client's address; null if it has none.</param>
    public RemediationContext(
        HttpContext httpContext, Remediation remediation, BouncerVerdict verdict, string? policyName, IPAddress? clientAddress = null)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        HttpContext = httpContext;
        Remediation = remediation;
        Verdict = verdict;
        PolicyName = policyName;
        ClientAddress = clientAddress;
    }

    /// <summary>The request.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>The remediation: the verdict's, after the policy and <see cref="BouncerHttpOptions.OnRemediating"/>. The fallback's
    /// handler gets the name of the remediation that it replaces.</summary>
    public Remediation Remediation { get; }

    /// <summary>The verdict on the client.</summary>
    public BouncerVerdict Verdict { get; }

    /// <summary>The policy that was applied; null for the default one.</summary>
    public string? PolicyName { get; }

    /// <summary>The client's address as found by the <see cref="IClientAddressResolver"/>, or the IPv4 address embedded in it
    /// (<see cref="BouncerOptions.EmbeddedIPv4"/>); null if the client has none, as on a Unix socket.</summary>
    public IPAddress? ClientAddress { get; }

    /// <summary>Canceled when the client disconnects.</summary>
    public CancellationToken CancellationToken => HttpContext.RequestAborted;

    /// <summary>Where the client goes once it has passed a challenge: the path of this request or, at an
    /// <see cref="IBouncerEndpoint"/>, of the one that sent it there. Always a path of this site, and never an endpoint of the
    /// bouncer.</summary>
    /// <exception cref="InvalidOperationException">The context was not created by the bouncer.</exception>
    public string ReturnPath => IsAtEndpoint
        ? Bouncer.AspNetCore.Responses.ReturnPath.Local(HttpContext.Request.Query[IBouncerEndpoint.ReturnParameter], HttpContext.Request, Settings.Options.PathPrefix)
        : Bouncer.AspNetCore.Responses.ReturnPath.Of(HttpContext.Request, Settings.Options.PathPrefix);

    /// <summary>Whether a page can be shown: a browser navigates to one in its own window, and does not fetch data, a part of a
    /// page, or something in advance.</summary>
    public bool IsNavigation =>
        RequestKind.GrpcContentType(HttpContext.Request) is null
        && !RequestKind.IsHandshake(HttpContext)
        && RequestKind.IsNavigation(HttpContext.Request)
        && AcceptNegotiation.Choose(HttpContext.Request.Headers.Accept) == BodyFormat.Html;

    /// <summary>Whether the browser says that the request comes from a page of this host. An endpoint that changes something, for
    /// example grants a clearance, must refuse the request otherwise.</summary>
    public bool IsSameOrigin => RequestOrigin.IsSame(HttpContext.Request);

    /// <summary>The settings that the request began with.</summary>
    internal HttpSettings Settings { get => field ?? throw NotOfTheBouncer(); init; }

    internal RemediationServices Services { get => field ?? throw NotOfTheBouncer(); init; }

    internal bool IsAtEndpoint { get; init; }

    /// <summary>The response that AppSec prescribes; null if the remediation is not AppSec's.</summary>
    internal PrescribedResponse? Prescribed { get; init; }

    /// <summary>The handlers that have handed the request over to another one; null if none has.</summary>
    internal HandlerChain? HandedOverBy { get; init; }

    /// <summary>Creates a link to an endpoint of the bouncer that contains the client, the policy and <see cref="ReturnPath"/>. A
    /// form there posts to its own address.</summary>
    /// <param name="path">The endpoint's path, as in <see cref="IBouncerEndpoint.Path"/>.</param>
    /// <exception cref="ArgumentException">The path does not begin with a slash.</exception>
    /// <exception cref="InvalidOperationException">The context was not created by the bouncer.</exception>
    public string LinkTo(string path) => EndpointLink.Of(this, path);

    /// <summary>Whether the client holds a clearance for a challenge, unless a newer decision has superseded it.</summary>
    /// <param name="challenge">The remediation of the challenge.</param>
    /// <exception cref="InvalidOperationException">The context was not created by the bouncer.</exception>
    public bool HasClearance(Remediation challenge) => Services.Clearance.Holds(this, ClearanceLevel.Custom, task: challenge.Name);

    /// <summary>Gives the client's browser a clearance for a challenge: an encrypted cookie for this host, readable by any server
    /// with the same key ring. If the request came through <see cref="LinkTo"/>, the clearance is for the client for which the
    /// link was created.</summary>
    /// <param name="challenge">The remediation of the challenge.</param>
    /// <param name="lifetime">The lifetime: at most an hour, and no longer than the decision.</param>
    /// <returns>False if the decision has already ended, so that there is nothing to clear.</returns>
    /// <exception cref="InvalidOperationException">The context was not created by the bouncer.</exception>
    public bool GrantClearance(Remediation challenge, TimeSpan lifetime)
    {
        var holder = Services.Referrals.Read(HttpContext.Request, PolicyName)?.Holder ?? ClearanceHolder.Of(this);
        return Services.Clearance.Grant(HttpContext, holder, ClearanceLevel.Custom, Services.Time.GetUtcNow(), lifetime, task: challenge.Name);
    }

    /// <summary>Refuses the request in a form that the client can read: a page in its language, a problem document (RFC 9457),
    /// text, a gRPC status, or only the status for a WebSocket handshake. No part of the request appears in it, and its body is
    /// not read.</summary>
    /// <param name="statusCode">The status, 400 to 599.</param>
    /// <param name="detail">The reason, in English, for clients that read text or a problem document. Browsers show the page of a ban.</param>
    /// <exception cref="ArgumentOutOfRangeException">The status is not that of an error.</exception>
    /// <exception cref="InvalidOperationException">The context was not created by the bouncer.</exception>
    public async ValueTask<RemediationResult> RefuseAsync(int statusCode, string detail)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 599);
        ArgumentException.ThrowIfNullOrWhiteSpace(detail);
        await Services.Refusals.WriteAsync(HttpContext, Refusal.Of(statusCode, detail, Settings.RefusalPage));
        return RemediationResult.Handled;
    }

    /// <summary>Passes the request to the handler of another remediation. If that handler has already been called for the request,
    /// or there is none, the handler of ban is called; if that has been called as well, the request is refused with an empty
    /// 403.</summary>
    /// <remarks>The result is the other handler's. On the bouncer's own pages only the handler of the first remediation counts: a
    /// challenge that a handler hands over to can be solved if the handler is an <see cref="IChallengeHandler"/>.</remarks>
    /// <param name="remediation">The other remediation.</param>
    /// <exception cref="InvalidOperationException">The context was not created by the bouncer.</exception>
    public ValueTask<RemediationResult> HandleAsAsync(Remediation remediation)
    {
        // At an endpoint, the handler of the remediation has not been called yet.
        var own = IsAtEndpoint && HandedOverBy is null ? null : Services.Registry.Find(Remediation)?.Handler;
        var chain = new HandlerChain(own, HandedOverBy);
        var handler = Services.Registry.Find(remediation)?.Handler;
        if (handler is null || chain.Contains(handler))
        {
            handler = Services.Registry.Find(Remediation.Ban)!.Handler;
            remediation = Remediation.Ban;
        }

        if (chain.Contains(handler))
        {
            PlainRefusal.Write(HttpContext);
            return new(RemediationResult.Handled);
        }

        return handler.HandleAsync(new(HttpContext, remediation, Verdict, PolicyName, ClientAddress)
        {
            Settings = Settings,
            Services = Services,
            IsAtEndpoint = IsAtEndpoint,
            HandedOverBy = chain,
            Prescribed = Prescribed,
        });
    }

    private static InvalidOperationException NotOfTheBouncer() =>
        new("This RemediationContext was not made by the bouncer, so it has no settings and services.");
}
