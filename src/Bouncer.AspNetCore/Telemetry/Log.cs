using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Telemetry;

/// <remarks>Events per refused request stay at Debug: an attack must not flood the log. Addresses are never logged.</remarks>
internal static partial class Log
{
    [LoggerMessage(EventIds.Remediated, LogLevel.Debug, "Remediation '{Remediation}' (policy {Policy}): {Outcome}.")]
    internal static partial void Remediated(this ILogger logger, string remediation, string policy, string outcome);

    [LoggerMessage(EventIds.DryRun, LogLevel.Debug, "Dry run (policy {Policy}): the remediation would be '{Remediation}'.")]
    internal static partial void DryRun(this ILogger logger, string remediation, string policy);

    [LoggerMessage(EventIds.RemediationFailed, LogLevel.Error, "Remediation '{Remediation}' failed; the request is refused.")]
    internal static partial void RemediationFailed(this ILogger logger, Exception exception, string remediation);

    [LoggerMessage(EventIds.ResponseStarted, LogLevel.Debug, "Remediation '{Remediation}': the response had started, so the connection is aborted. Call UseBouncer before whatever writes.")]
    internal static partial void ResponseStarted(this ILogger logger, string remediation);

    [LoggerMessage(EventIds.ObserverFailed, LogLevel.Error, "OnRemediated failed.")]
    internal static partial void ObserverFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.NotReady, LogLevel.Debug, "Answered 503: the first synchronisation is not done, and Bouncer:Sync:Startup is BlockUntilReady.")]
    internal static partial void NotReady(this ILogger logger);

    [LoggerMessage(EventIds.Refused, LogLevel.Information, "Refused with reference {Reference}: remediation '{Remediation}' (policy {Policy}, {Outcome}), decision {Decision}, origin '{Origin}', scenario '{Scenario}'.")]
    internal static partial void Refused(this ILogger logger, string reference, string remediation, string policy, string outcome, long? decision, string origin, string scenario);

    [LoggerMessage(EventIds.ConnectionsEnded, LogLevel.Information, "Ended {Count} open connections of clients that are banned now, of {Open} in all.")]
    internal static partial void ConnectionsEnded(this ILogger logger, int count, int open);

    [LoggerMessage(EventIds.ConnectionsNotJudged, LogLevel.Error, "{Count} open connections could not be judged again; they go on.")]
    internal static partial void ConnectionsNotJudged(this ILogger logger, Exception exception, int count);

    [LoggerMessage(EventIds.Reloaded, LogLevel.Information, "The changed settings of Bouncer:Http are in force.")]
    internal static partial void Reloaded(this ILogger logger);

    [LoggerMessage(EventIds.PolicyGone, LogLevel.Warning, "The endpoint '{Endpoint}' names the policy '{Policy}', which the settings no longer define: it keeps that policy as it was, but for a dry run.")]
    internal static partial void PolicyGone(this ILogger logger, string endpoint, string policy);

    [LoggerMessage(EventIds.NoAddressScope, LogLevel.Warning, "LAPI is asked for decisions of the scopes {Scopes} alone, so no decision on an address is held: add ip and range to Bouncer:Sync:Scopes.")]
    internal static partial void NoAddressScope(this ILogger logger, string scopes);

    [LoggerMessage(EventIds.OnlyProxies, LogLevel.Warning, "{Requests} requests of one proxy that is named, or of this machine alone, came without another client's address: a proxy does not name its clients, or is not named in Bouncer:Proxies:Networks.")]
    internal static partial void OnlyProxies(this ILogger logger, int requests);

    [LoggerMessage(EventIds.ReloadRefused, LogLevel.Error, "The changed settings are not used, the last good ones stay: {Errors}")]
    private static partial void ReloadRefused(this ILogger logger, Exception? exception, string errors);

    /// <summary>Logs why a reload was refused: the errors in the settings, one per line and without a stack trace, which says
    /// nothing about them.</summary>
    internal static void ReloadRefused(this ILogger logger, Exception error)
    {
        var (cause, errors) = error is OptionsValidationException invalid ? (null, string.Concat(invalid.Failures.Select(static failure => "\n- " + failure))) : (error, error.Message);
        logger.ReloadRefused(cause, errors);
    }

    [LoggerMessage(EventIds.UnusedRule, LogLevel.Warning, "A rule of the policy {Policy} names the {Part} '{Name}', and no decision has that.")]
    internal static partial void UnusedRule(this ILogger logger, string policy, string part, string name);

    [LoggerMessage(EventIds.NeedsRestart, LogLevel.Warning, "A changed setting is not used before a restart: {Key}.")]
    internal static partial void NeedsRestart(this ILogger logger, string key);

    [LoggerMessage(EventIds.TrustsManyProxies, LogLevel.Warning, "X-Forwarded-For is believed from {Network}, a good part of the internet: clients there can choose the address they are judged by. Name your proxies alone in Bouncer:Proxies:Networks.")]
    internal static partial void TrustsManyProxies(this ILogger logger, string network);

    [LoggerMessage(EventIds.ProxiesReloaded, LogLevel.Information, "The changed settings of Bouncer:Proxies are in force.")]
    internal static partial void ProxiesReloaded(this ILogger logger);

    [LoggerMessage(EventIds.SymmetryNotUsed, LogLevel.Information, "RequireHeaderSymmetry of ForwardedHeadersOptions is not used: each entry of X-Forwarded-For counts on its own, whether the other headers have as many or not.")]
    internal static partial void SymmetryNotUsed(this ILogger logger);

    [LoggerMessage(EventIds.TrustsEveryProxy, LogLevel.Warning, "X-Forwarded-For is believed from everybody: a client that reaches this server directly can choose the address it is judged by. Name your proxies in Bouncer:Proxies:Networks.")]
    internal static partial void TrustsEveryProxy(this ILogger logger);

    [LoggerMessage(EventIds.BeforeForwardedHeaders, LogLevel.Warning, "UseBouncer runs before UseForwardedHeaders and so judges the proxy instead of the client: call UseForwardedHeaders first.")]
    internal static partial void BeforeForwardedHeaders(this ILogger logger);

    [LoggerMessage(EventIds.BeforeRouting, LogLevel.Warning, "UseBouncer runs before UseRouting, or before middleware that has requests routed again, such as UseRewriter, and cannot see the endpoints that answer: their policies and bypasses do not apply. Call that first.")]
    internal static partial void BeforeRouting(this ILogger logger);

    [LoggerMessage(EventIds.NeighbourIgnored, LogLevel.Warning, "A private or local address names clients in a header such as X-Forwarded-For or X-Real-IP, and is not believed. If that is your reverse proxy, its visitors are judged as one, by the proxy's address: name it in Bouncer:Proxies:Networks.")]
    internal static partial void NeighbourIgnored(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedByStranger, LogLevel.Warning, "A public address sends X-Forwarded-For, but it is not used. If requests come through a CDN or a proxy of yours, its visitors are all judged as one: name it in Bouncer:Proxies:Networks.")]
    internal static partial void ForwardedByStranger(this ILogger logger);

    [LoggerMessage(EventIds.ClientUnresolved, LogLevel.Warning, "A proxy that is believed named its client by what is no address. Such requests are treated as Bouncer:Http:WhenUnresolved says.")]
    internal static partial void ClientUnresolved(this ILogger logger);

    [LoggerMessage(EventIds.EntriesLeftOver, LogLevel.Warning, "X-Forwarded-For had more entries than believed proxies wrote. If there is another proxy in front of them, its visitors are judged as one: name it in Bouncer:Proxies:Networks, or raise Bouncer:Proxies:MaxHops.")]
    internal static partial void EntriesLeftOver(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedLoopback, LogLevel.Warning, "A proxy that is believed named this machine as its client. If another proxy stands before it, its visitors are judged as this machine: name all proxies in Bouncer:Proxies:Networks, without a limit of hops.")]
    internal static partial void ForwardedLoopback(this ILogger logger);

    [LoggerMessage(EventIds.ClientWithoutAddress, LogLevel.Information, "A client has no IP address, as on a Unix socket or in a test without a real server. Such requests are treated as Bouncer:Http:WhenUnresolved says; if a proxy sends them, name 'unix' in Bouncer:Proxies:Networks; in a test, set HttpContext.Connection.RemoteIpAddress.")]
    internal static partial void ClientWithoutAddress(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedByOthers, LogLevel.Warning, "UseForwardedHeaders seems to have options of its own, which the bouncer cannot see, and finds the client by them. Name your proxies in Bouncer:Proxies:Networks, or give the options to Configure<ForwardedHeadersOptions>.")]
    internal static partial void ForwardedByOthers(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedForTakenOver, LogLevel.Information, "X-Forwarded-For is applied by UseBouncer, and no longer by UseForwardedHeaders: what runs between them sees the proxy's address, and with a limit of hops other than 1 its scheme and host, too. Call AddBouncer to have it applied before everything else.")]
    internal static partial void ForwardedForTakenOver(this ILogger logger);

    [LoggerMessage(EventIds.PassedBy, LogLevel.Error, "Requests are answered that UseBouncer never saw, so that no client is refused there: it stands behind the endpoints or in a branch of the pipeline, or an endpoint is short-circuited. Call app.UseBouncer() before whatever answers, and give endpoints that are to be exempt BypassBouncer(). First found: {Where}.")]
    internal static partial void PassedBy(this ILogger logger, string where);

    [LoggerMessage(EventIds.ProxyProtocolByStranger, LogLevel.Warning, "A connection to an endpoint for the PROXY protocol was closed: its peer is not in Bouncer:Proxies:Networks. If it is a proxy of yours, name it there.")]
    internal static partial void ProxyProtocolByStranger(this ILogger logger);

    [LoggerMessage(EventIds.ProxyProtocolUnreadable, LogLevel.Warning, "A connection of a proxy that is believed was closed: it began without a PROXY protocol header, or with one that cannot be read or came too late. Have the proxy send the header, version 1 or 2.")]
    internal static partial void ProxyProtocolUnreadable(this ILogger logger);

    [LoggerMessage(EventIds.ProxyProtocolUnnamed, LogLevel.Warning, "A proxy that is believed sent a PROXY protocol header that names no client (UNKNOWN, an unspecified family or a Unix socket). Such requests are treated as Bouncer:Http:WhenUnresolved says. Have the proxy name its clients; if these are its health checks, have it send version 2, where they are LOCAL.")]
    internal static partial void ProxyProtocolUnnamed(this ILogger logger);

    [LoggerMessage(EventIds.HeaderMissing, LogLevel.Warning, "A proxy that is believed sent requests without {Header}, and its other headers say that they are a client's. Such requests are treated as Bouncer:Http:WhenUnresolved says. Have every proxy in Bouncer:Proxies:Networks set that header, or name the header that it sets.")]
    internal static partial void HeaderMissing(this ILogger logger, string header);

    [LoggerMessage(EventIds.RequestOfProxy, LogLevel.Information, "A proxy that is believed sends requests without {Header}. They are judged as the proxy's own, which is right for its health checks; if visitors come that way, have it set that header.")]
    internal static partial void RequestOfProxy(this ILogger logger, string header);

    [LoggerMessage(EventIds.AddressChosen, LogLevel.Error, "UseForwardedHeaders has options of its own and found an IPv6 client by them, before UseBouncer could read the header: such a client can choose its address. It is treated as Bouncer:Http:WhenUnresolved says. Give the options to Configure<ForwardedHeadersOptions>, or call AddBouncer.")]
    internal static partial void AddressChosen(this ILogger logger);

    [LoggerMessage(EventIds.StartFailed, LogLevel.Critical, "The bouncer could not start; the application stops.")]
    internal static partial void StartFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.StopFailed, LogLevel.Warning, "The bouncer did not stop as it should.")]
    internal static partial void StopFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.EphemeralKeys, LogLevel.Warning, "The keys of Data Protection do not outlive this process or container: after a restart, and on every other replica, visitors must solve their captcha again. Keep them in a place that lasts and is shared: for example with PersistKeysToFileSystem.")]
    internal static partial void EphemeralKeys(this ILogger logger);

    [LoggerMessage(EventIds.PlainHttpClearance, LogLevel.Warning, "A clearance was granted over plain http, where others can read it. Use https; behind a proxy that ends TLS, name the proxy in Bouncer:Proxies:Networks and have it send X-Forwarded-Proto.")]
    internal static partial void PlainHttpClearance(this ILogger logger);

    [LoggerMessage(EventIds.CaptchaFault, LogLevel.Warning, "The captcha provider '{Provider}' could not check a solution ({Fault}). No visitor passes by it until it can.")]
    internal static partial void CaptchaFault(this ILogger logger, Exception? exception, string provider, string fault);

    [LoggerMessage(EventIds.CaptchaFaultAgain, LogLevel.Debug, "The captcha provider '{Provider}' could not check a solution, again ({Fault}).")]
    internal static partial void CaptchaFaultAgain(this ILogger logger, Exception? exception, string provider, string fault);

    [LoggerMessage(EventIds.CaptchaRecovered, LogLevel.Information, "The captcha provider '{Provider}' checks solutions again.")]
    internal static partial void CaptchaRecovered(this ILogger logger, string provider);

    [LoggerMessage(EventIds.SpentChallengesFull, LogLevel.Warning, "{Capacity} solved captchas or ended waits are remembered, and there is room for no more: right ones are refused until some expire.")]
    internal static partial void SpentChallengesFull(this ILogger logger, int capacity);

    [LoggerMessage(EventIds.OwnPageLost, LogLevel.Warning, "A page of the bouncer's own, {Path}, was asked for and no bouncer answered: UseBouncer stands only in branches of the pipeline, and none of them has that path. Visitors cannot pass a captcha there. Call app.UseBouncer() on the whole pipeline and give endpoints that are to be exempt BypassBouncer(), or let a branch with a bouncer have what begins with Bouncer:Http:PathPrefix.")]
    internal static partial void OwnPageLost(this ILogger logger, PathString path);

    [LoggerMessage(EventIds.ScopeUnresolved, LogLevel.Error, "A client's value in the scope '{Scope}' could not be found; the client is treated as Bouncer:Http:WhenUnavailable says.")]
    internal static partial void ScopeUnresolved(this ILogger logger, Exception exception, string scope);

    [LoggerMessage(EventIds.CodesLimited, LogLevel.Warning, "Too many wrong one-time codes for one {Whose}: no more are looked at for {Delay}.")]
    internal static partial void CodesLimited(this ILogger logger, string whose, TimeSpan delay);

    [LoggerMessage(EventIds.CaptchaHostsUnnamed, LogLevel.Warning, "Nothing names this site's hosts, so a token of the captcha provider '{Provider}' counts for whatever host its sender names. Set AllowedHosts, or Hostname in the provider's section, or bind the site key to the site's domains at the service.")]
    internal static partial void CaptchaHostsUnnamed(this ILogger logger, string provider);
}
