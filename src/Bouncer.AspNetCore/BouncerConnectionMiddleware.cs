using System.Net;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore;

/// <summary>Finds out whether a new connection is to be closed, because all its requests would be refused by a ban on the client.</summary>
internal sealed class BouncerConnectionMiddleware(
    IBouncer bouncer,
    HttpSettingsProvider settings,
    PolicyEvaluator evaluator,
    ProxyTrustMonitor proxies,
    BouncerHttpMetrics metrics,
    ILogger<BouncerConnectionMiddleware> logger)
{
    /// <summary>Closes a connection if its client is banned.</summary>
    /// <returns>Whether it is closed.</returns>
    internal async ValueTask<bool> TryCloseAsync(BaseConnectionContext connection)
    {
        if (ClientOf(connection) is not { } client)
        {
            return false;
        }

        BouncerVerdict verdict;
        try
        {
            verdict = await bouncer.CheckAsync(client, connection.ConnectionClosed);
        }
        catch (OperationCanceledException) when (connection.ConnectionClosed.IsCancellationRequested)
        {
            // The client left while LAPI was queried. Kestrel would log an error for each.
            return true;
        }

        if (verdict.Decision is not { } decision || !IsBanned(client, verdict))
        {
            return false;
        }

        metrics.ConnectionDropped(decision.Origin, client);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            logger.ConnectionClosed(decision.Id, LogText.Of(decision.Origin), LogText.Of(decision.Scenario));
        }

        connection.Abort(new ConnectionAbortedException("The client is banned."));
        return true;
    }

    /// <summary>The client at the other end; null if it is not known before the requests, because a proxy is there.</summary>
    private IPAddress? ClientOf(BaseConnectionContext connection)
    {
        var named = connection.Features.Get<ProxyProtocolFeature>();
        return named is not null and not { Kind: ProxyHeaderKind.Named } ? null
            : (connection.RemoteEndPoint as IPEndPoint)?.Address is { } address && !proxies.Current.Believes(address) ? address
            : null;
    }

    /// <summary>Whether every policy refuses the client with a ban: which of them applies is only known with a request.</summary>
    private bool IsBanned(IPAddress client, BouncerVerdict verdict)
    {
        var current = settings.Current;
        return current.Policies.All.All(policy =>
            !policy.IsDryRun && evaluator.Evaluate(new BouncerRequest(current, policy, client, null, verdict, false)).Remediation == Remediation.Ban);
    }
}
