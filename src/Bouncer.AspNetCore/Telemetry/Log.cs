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

    [LoggerMessage(EventIds.ResponseStarted, LogLevel.Debug, "Remediation '{Remediation}': the response had started, so the connection is aborted. Call UseBouncer before middleware that writes a response.")]
    internal static partial void ResponseStarted(this ILogger logger, string remediation);

    [LoggerMessage(EventIds.ObserverFailed, LogLevel.Error, "OnRemediated failed.")]
    internal static partial void ObserverFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.NotReady, LogLevel.Debug, "Answered 503: the first synchronisation is not complete, and Bouncer:Sync:Startup is BlockUntilReady.")]
    internal static partial void NotReady(this ILogger logger);

    [LoggerMessage(EventIds.Refused, LogLevel.Information, "Refused with reference {Reference}: remediation '{Remediation}' (policy {Policy}, {Outcome}), decision {Decision}, origin '{Origin}', scenario '{Scenario}'.")]
    internal static partial void Refused(this ILogger logger, string reference, string remediation, string policy, string outcome, long? decision, string origin, string scenario);

    [LoggerMessage(EventIds.ConnectionClosed, LogLevel.Debug, "Closed a connection of a banned client: decision {Decision}, origin '{Origin}', scenario '{Scenario}'.")]
    internal static partial void ConnectionClosed(this ILogger logger, long decision, string origin, string scenario);

    [LoggerMessage(EventIds.ConnectionsEnded, LogLevel.Information, "Ended {Count} of {Open} open connections, because their clients are banned now.")]
    internal static partial void ConnectionsEnded(this ILogger logger, int count, int open);

    [LoggerMessage(EventIds.ConnectionsNotJudged, LogLevel.Error, "{Count} open connections could not be checked again; they stay open.")]
    internal static partial void ConnectionsNotJudged(this ILogger logger, Exception exception, int count);

    [LoggerMessage(EventIds.Reloaded, LogLevel.Information, "The changed settings of Bouncer:Http are in force.")]
    internal static partial void Reloaded(this ILogger logger);

    [LoggerMessage(EventIds.PolicyGone, LogLevel.Warning, "The endpoint '{Endpoint}' names the policy '{Policy}', which the settings no longer define. Its last definition stays in force, except a dry run.")]
    internal static partial void PolicyGone(this ILogger logger, string endpoint, string policy);

    [LoggerMessage(EventIds.NoAddressScope, LogLevel.Warning, "LAPI is asked for the scopes {Scopes} only, so no decisions on addresses are held: add ip and range to Bouncer:Sync:Scopes.")]
    internal static partial void NoAddressScope(this ILogger logger, string scopes);

    [LoggerMessage(EventIds.OnlyProxies, LogLevel.Warning, "{Requests} requests from one trusted proxy, or from this machine, came without another client's address: the proxy does not send client addresses, or a proxy is missing in Bouncer:Proxies:Networks.")]
    internal static partial void OnlyProxies(this ILogger logger, int requests);

    [LoggerMessage(EventIds.ReloadRefused, LogLevel.Error, "The changed settings are invalid and not used; the previous ones stay in force: {Errors}")]
    private static partial void ReloadRefused(this ILogger logger, Exception? exception, string errors);

    /// <summary>Logs why a reload was refused: the errors in the settings, one per line and without a stack trace, which says
    /// nothing about them.</summary>
    internal static void ReloadRefused(this ILogger logger, Exception error)
    {
        var (cause, errors) = error is OptionsValidationException invalid ? (null, string.Concat(invalid.Failures.Select(static failure => "\n- " + failure))) : (error, error.Message);
        logger.ReloadRefused(cause, errors);
    }

    [LoggerMessage(EventIds.UnusedRule, LogLevel.Warning, "A rule of the policy {Policy} names the {Part} '{Name}', which no decision has.")]
    internal static partial void UnusedRule(this ILogger logger, string policy, string part, string name);

    [LoggerMessage(EventIds.NeedsRestart, LogLevel.Warning, "The setting {Key} was changed and takes effect at the next start.")]
    internal static partial void NeedsRestart(this ILogger logger, string key);

    [LoggerMessage(EventIds.TrustsManyProxies, LogLevel.Warning, "X-Forwarded-For is trusted from {Network}, a large part of the internet: clients there can choose the address they are judged by. List only your proxies in Bouncer:Proxies:Networks.")]
    internal static partial void TrustsManyProxies(this ILogger logger, string network);

    [LoggerMessage(EventIds.ProxiesReloaded, LogLevel.Information, "The changed settings of Bouncer:Proxies are in force.")]
    internal static partial void ProxiesReloaded(this ILogger logger);

    [LoggerMessage(EventIds.SymmetryNotUsed, LogLevel.Information, "ForwardedHeadersOptions.RequireHeaderSymmetry is ignored: each entry of X-Forwarded-For counts, even if the other headers have fewer entries.")]
    internal static partial void SymmetryNotUsed(this ILogger logger);

    [LoggerMessage(EventIds.TrustsEveryProxy, LogLevel.Warning, "X-Forwarded-For is trusted from any sender: a client that reaches this server directly can choose the address it is judged by. Add your proxies to Bouncer:Proxies:Networks.")]
    internal static partial void TrustsEveryProxy(this ILogger logger);

    [LoggerMessage(EventIds.BeforeForwardedHeaders, LogLevel.Warning, "UseBouncer runs before UseForwardedHeaders and so judges the proxy instead of the client: call UseForwardedHeaders first.")]
    internal static partial void BeforeForwardedHeaders(this ILogger logger);

    [LoggerMessage(EventIds.BeforeRouting, LogLevel.Warning, "UseBouncer runs before UseRouting, or before middleware that routes requests again, such as UseRewriter, and cannot see the endpoints: their policies and bypasses do not apply. Call UseBouncer after that middleware.")]
    internal static partial void BeforeRouting(this ILogger logger);

    [LoggerMessage(EventIds.NeighbourIgnored, LogLevel.Warning, "A private or local address sends a header such as X-Forwarded-For or X-Real-IP, and is not trusted. If it is your reverse proxy, all its visitors are judged by the proxy's address: add it to Bouncer:Proxies:Networks.")]
    internal static partial void NeighbourIgnored(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedByStranger, LogLevel.Warning, "A public address sends X-Forwarded-For, and is not trusted. If it is your CDN or proxy, all its visitors are judged by its address: add it to Bouncer:Proxies:Networks.")]
    internal static partial void ForwardedByStranger(this ILogger logger);

    [LoggerMessage(EventIds.ClientUnresolved, LogLevel.Warning, "A trusted proxy sent a client address that is not an IP address. Bouncer:Http:WhenUnresolved applies to such requests.")]
    internal static partial void ClientUnresolved(this ILogger logger);

    [LoggerMessage(EventIds.EntriesLeftOver, LogLevel.Warning, "X-Forwarded-For has more entries than trusted proxies wrote. If there is another proxy in front of them, all its visitors are judged by its address: add it to Bouncer:Proxies:Networks, or raise Bouncer:Proxies:MaxHops.")]
    internal static partial void EntriesLeftOver(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedLoopback, LogLevel.Warning, "A trusted proxy named this machine as its client. If there is another proxy in front of it, its visitors are judged as this machine: add all proxies to Bouncer:Proxies:Networks, and set no MaxHops.")]
    internal static partial void ForwardedLoopback(this ILogger logger);

    [LoggerMessage(EventIds.ClientWithoutAddress, LogLevel.Information, "A request has no client IP address, as on a Unix socket or in a test without a real server. Bouncer:Http:WhenUnresolved applies to such requests. If a proxy sends them, add 'unix' to Bouncer:Proxies:Networks; in a test, set HttpContext.Connection.RemoteIpAddress.")]
    internal static partial void ClientWithoutAddress(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedByOthers, LogLevel.Warning, "UseForwardedHeaders seems to have been given its own options, which the bouncer cannot see. Add your proxies to Bouncer:Proxies:Networks, or pass the options to Configure<ForwardedHeadersOptions>.")]
    internal static partial void ForwardedByOthers(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedForTakenOver, LogLevel.Information, "X-Forwarded-For is applied by UseBouncer, and no longer by UseForwardedHeaders: middleware between them sees the proxy's address and, with a ForwardLimit other than 1, its scheme and host. Call AddBouncer to apply it before all other middleware.")]
    internal static partial void ForwardedForTakenOver(this ILogger logger);

    [LoggerMessage(EventIds.PassedBy, LogLevel.Error, "Requests are answered without passing UseBouncer, so no client is refused there: it is called after the endpoints or in a branch of the pipeline, or an endpoint is short-circuited. Call app.UseBouncer() first, and mark exempt endpoints with BypassBouncer(). First found: {Where}.")]
    internal static partial void PassedBy(this ILogger logger, string where);

    [LoggerMessage(EventIds.ProxyProtocolByStranger, LogLevel.Warning, "A connection to an endpoint for the PROXY protocol was closed: its peer is not in Bouncer:Proxies:Networks. If it is your proxy, add it there.")]
    internal static partial void ProxyProtocolByStranger(this ILogger logger);

    [LoggerMessage(EventIds.ProxyProtocolUnreadable, LogLevel.Warning, "A connection from a trusted proxy was closed: its PROXY protocol header was missing, malformed or late. Configure the proxy to send the header, version 1 or 2.")]
    internal static partial void ProxyProtocolUnreadable(this ILogger logger);

    [LoggerMessage(EventIds.ProxyProtocolUnnamed, LogLevel.Warning, "A trusted proxy sent a PROXY protocol header without a client address (UNKNOWN, an unspecified family or a Unix socket). Bouncer:Http:WhenUnresolved applies to such requests. Configure the proxy to send client addresses; for health checks, use version 2, which marks them as LOCAL.")]
    internal static partial void ProxyProtocolUnnamed(this ILogger logger);

    [LoggerMessage(EventIds.HeaderMissing, LogLevel.Warning, "A trusted proxy sent requests without {Header}, but with other headers that name a client. Bouncer:Http:WhenUnresolved applies to such requests. Configure every proxy in Bouncer:Proxies:Networks to set the header, or set Bouncer:Proxies:Header to the one that it sends.")]
    internal static partial void HeaderMissing(this ILogger logger, string header);

    [LoggerMessage(EventIds.RequestOfProxy, LogLevel.Information, "A trusted proxy sends requests without {Header}. They are judged by the proxy's own address, which is right for its health checks. If they are visitors' requests, configure the proxy to set the header.")]
    internal static partial void RequestOfProxy(this ILogger logger, string header);

    [LoggerMessage(EventIds.AddressChosen, LogLevel.Error, "UseForwardedHeaders was given its own options and set an IPv6 client address before UseBouncer could read the header: such a client can choose its address. Bouncer:Http:WhenUnresolved applies to it. Pass the options to Configure<ForwardedHeadersOptions>, or call AddBouncer.")]
    internal static partial void AddressChosen(this ILogger logger);

    [LoggerMessage(EventIds.StartFailed, LogLevel.Critical, "The bouncer could not start; the application stops.")]
    internal static partial void StartFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.StopFailed, LogLevel.Warning, "The bouncer could not be stopped cleanly.")]
    internal static partial void StopFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.EphemeralKeys, LogLevel.Warning, "The Data Protection keys are lost when this process or container ends: after a restart, and on other replicas, visitors must solve the captcha again. Store the keys in a durable, shared place, for example with PersistKeysToFileSystem.")]
    internal static partial void EphemeralKeys(this ILogger logger);

    [LoggerMessage(EventIds.PlainHttpClearance, LogLevel.Warning, "A clearance was granted over plain http, where others can read it. Use https; behind a proxy that ends TLS, name the proxy in Bouncer:Proxies:Networks and have it send X-Forwarded-Proto.")]
    internal static partial void PlainHttpClearance(this ILogger logger);

    [LoggerMessage(EventIds.CaptchaFault, LogLevel.Warning, "The captcha provider '{Provider}' could not check a solution ({Fault}). Visitors cannot pass its captcha until it works again.")]
    internal static partial void CaptchaFault(this ILogger logger, Exception? exception, string provider, string fault);

    [LoggerMessage(EventIds.CaptchaFaultAgain, LogLevel.Debug, "The captcha provider '{Provider}' could still not check a solution ({Fault}).")]
    internal static partial void CaptchaFaultAgain(this ILogger logger, Exception? exception, string provider, string fault);

    [LoggerMessage(EventIds.CaptchaRecovered, LogLevel.Information, "The captcha provider '{Provider}' works again.")]
    internal static partial void CaptchaRecovered(this ILogger logger, string provider);

    [LoggerMessage(EventIds.SpentChallengesFull, LogLevel.Warning, "{Capacity} solved captchas and completed waits are remembered, which is the limit: correct solutions are refused until some expire.")]
    internal static partial void SpentChallengesFull(this ILogger logger, int capacity);

    [LoggerMessage(EventIds.OwnPageLost, LogLevel.Warning, "The bouncer's page {Path} was requested, and no bouncer answered: UseBouncer is called only in branches of the pipeline, none of which handles that path. Visitors cannot solve a captcha there. Call app.UseBouncer() on the main pipeline and mark exempt endpoints with BypassBouncer(), or route Bouncer:Http:PathPrefix to a branch with a bouncer.")]
    internal static partial void OwnPageLost(this ILogger logger, PathString path);

    [LoggerMessage(EventIds.ScopeUnresolved, LogLevel.Error, "The resolver of the scope '{Scope}' failed. Bouncer:Http:WhenUnavailable applies to the client.")]
    internal static partial void ScopeUnresolved(this ILogger logger, Exception exception, string scope);

    [LoggerMessage(EventIds.CodesLimited, LogLevel.Warning, "Too many wrong one-time codes for one {Whose}: further codes are rejected for {Delay}.")]
    internal static partial void CodesLimited(this ILogger logger, string whose, TimeSpan delay);

    [LoggerMessage(EventIds.CaptchaHostsUnnamed, LogLevel.Warning, "This site's hosts are not configured, so a token of the captcha provider '{Provider}' is accepted for any host that its sender names. Set AllowedHosts, or Hostname in the provider's section, or restrict the site key to the site's domains at the service.")]
    internal static partial void CaptchaHostsUnnamed(this ILogger logger, string provider);

    [LoggerMessage(EventIds.UsesCaptchaService, LogLevel.Information, "Visitors who get the captcha of '{Provider}' load it from {Hosts}, and their solutions are sent to {Service} {With} their addresses. To contact no service, set Provider in Bouncer:Http:Captcha, and in the policies that name one, to local.")]
    internal static partial void UsesCaptchaService(this ILogger logger, string provider, string hosts, string service, string with);

    [LoggerMessage(EventIds.UsesAppSec, LogLevel.Information, "AppSec at {AppSec} receives the requests that it inspects: the visitor's address and the request's {Parts}, including cookies and credentials. To send none, remove Bouncer:Http:AppSec:Url.")]
    internal static partial void UsesAppSec(this ILogger logger, string appSec, string parts);

    [LoggerMessage(EventIds.AppSecFailed, LogLevel.Error, "AppSec did not inspect a request ({Fault}); such requests get '{Remediation}' (Bouncer:Http:AppSec:WhenUnavailable). Logged at most once a minute.")]
    internal static partial void AppSecFailed(this ILogger logger, string fault, string remediation);

    [LoggerMessage(EventIds.AppSecTlsNotVerified, LogLevel.Warning, "AppSec's certificate is not verified (Bouncer:Http:AppSec:Tls:SkipVerification): anyone on the way to AppSec can read requests and the key, and change answers.")]
    internal static partial void AppSecTlsNotVerified(this ILogger logger);

    [LoggerMessage(EventIds.AppSecTlsFilesTaken, LogLevel.Information, "The changed files of {Section}:Tls are used for new connections.")]
    internal static partial void AppSecTlsFilesTaken(this ILogger logger, string section);

    [LoggerMessage(EventIds.AppSecTlsFilesKept, LogLevel.Warning, "A changed file for TLS to AppSec cannot be used: {Error} The certificates and keys read before stay in use.")]
    internal static partial void AppSecTlsFilesKept(this ILogger logger, string error);

    [LoggerMessage(EventIds.AppSecCertificateNotValid, LogLevel.Warning, "The client certificate for AppSec in {File} is valid only from {From:u} to {To:u}, so it may be refused.")]
    internal static partial void AppSecCertificateNotValid(this ILogger logger, string file, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(EventIds.AppSecTooSlow, LogLevel.Warning, "AppSec did not answer in time for a request with a body, or a client sent too many of them; such requests get '{Remediation}' (Bouncer:Http:AppSec:WhenTooSlow). Logged at most once a minute.")]
    internal static partial void AppSecTooSlow(this ILogger logger, string remediation);

    [LoggerMessage(EventIds.AppSecAnswersAgain, LogLevel.Information, "AppSec answers again.")]
    internal static partial void AppSecAnswersAgain(this ILogger logger);

    [LoggerMessage(EventIds.GeoUnknown, LogLevel.Warning, "No trusted proxy sent the header {Header} with a client's request in a readable form, so the client's {Scope} is not known: Bouncer:Http:WhenUnavailable applies. Logged at most once a minute.")]
    internal static partial void GeoUnknown(this ILogger logger, string header, string scope);

    [LoggerMessage(EventIds.GeoDatabaseRead, LogLevel.Information, "The database {Path} was read.")]
    internal static partial void GeoDatabaseRead(this ILogger logger, string path);

    [LoggerMessage(EventIds.GeoDatabaseUnusable, LogLevel.Warning, "The database {Path} was changed and cannot be used: {Fault}. What was read before stays in use.")]
    internal static partial void GeoDatabaseUnusable(this ILogger logger, string path, string fault);
}
