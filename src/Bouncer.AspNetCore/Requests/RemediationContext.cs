using System.Net;
using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>What an <see cref="IRemediationHandler"/> is told.</summary>
public readonly struct RemediationContext
{
    /// <summary>Describes a request to treat.</summary>
    /// <param name="httpContext">The request.</param>
    /// <param name="remediation">What is to be done.</param>
    /// <param name="verdict">The verdict on the client.</param>
    /// <param name="policyName">The policy applied; null for the default one.</param>
    /// <param name="clientAddress">The address that was judged; null if the client has none.</param>
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

    /// <summary>What is to be done: the verdict's remediation after the policy and <see cref="BouncerHttpOptions.OnRemediating"/>.
    /// A handler that stands in as the fallback sees the name it stands in for.</summary>
    public Remediation Remediation { get; }

    /// <summary>The verdict on the client.</summary>
    public BouncerVerdict Verdict { get; }

    /// <summary>The policy applied; null for the default one.</summary>
    public string? PolicyName { get; }

    /// <summary>The address that was judged, as the <see cref="IClientAddressResolver"/> found it, or the IPv4 address in it
    /// (<see cref="BouncerOptions.EmbeddedIPv4"/>); null if the client has none, as on a Unix socket.</summary>
    public IPAddress? ClientAddress { get; }

    /// <summary>The settings the request began with.</summary>
    internal HttpSettings Settings { get => field ?? throw NotOfTheBouncer(); init; }

    /// <summary>The handlers there are.</summary>
    internal RemediationRegistry Registry { get => field ?? throw NotOfTheBouncer(); init; }

    /// <summary>Ends when the client is gone.</summary>
    public CancellationToken CancellationToken => HttpContext.RequestAborted;

    /// <summary>Has another remediation's handler treat the request: ban's, if that would be the handler of this one again.</summary>
    internal ValueTask<RemediationResult> HandleAsAsync(Remediation remediation)
    {
        var handler = Registry.Find(remediation) is { } other && other != Registry.Find(Remediation) ? other : Registry.Find(Remediation.Ban)!;
        return handler.HandleAsync(new(HttpContext, remediation, Verdict, PolicyName, ClientAddress) { Settings = Settings, Registry = Registry });
    }

    private static InvalidOperationException NotOfTheBouncer() => new("This context was not made by the bouncer, so it has no settings.");
}
