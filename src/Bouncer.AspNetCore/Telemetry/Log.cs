using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Telemetry;

/// <remarks>What happens per refused request stays at Debug: an attack must not become a flood of log lines. Addresses
/// never appear.</remarks>
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

    [LoggerMessage(EventIds.Reloaded, LogLevel.Information, "The changed settings of Bouncer:Http are in force.")]
    internal static partial void Reloaded(this ILogger logger);

    [LoggerMessage(EventIds.ReloadRefused, LogLevel.Error, "The changed settings are not used, the last good ones stay: {Errors}")]
    internal static partial void ReloadRefused(this ILogger logger, Exception exception, string errors);

    [LoggerMessage(EventIds.UnusedRule, LogLevel.Warning, "A rule of the policy {Policy} names the {Part} '{Name}', and no decision has that.")]
    internal static partial void UnusedRule(this ILogger logger, string policy, string part, string name);

    [LoggerMessage(EventIds.TrustsEveryProxy, LogLevel.Warning, "ForwardedHeadersOptions believes X-Forwarded-For from everybody: any client can choose the address it is judged by. Name your proxies in KnownIPNetworks or KnownProxies.")]
    internal static partial void TrustsEveryProxy(this ILogger logger);

    [LoggerMessage(EventIds.BeforeForwardedHeaders, LogLevel.Warning, "UseBouncer runs before UseForwardedHeaders and so judges the proxy instead of the client: call UseForwardedHeaders first.")]
    internal static partial void BeforeForwardedHeaders(this ILogger logger);

    [LoggerMessage(EventIds.BeforeRouting, LogLevel.Warning, "UseBouncer runs before UseRouting and cannot see endpoints: their policies and bypasses do not apply. Call UseRouting first.")]
    internal static partial void BeforeRouting(this ILogger logger);

    [LoggerMessage(EventIds.ForwardedForIgnored, LogLevel.Warning, "A private or local address sends X-Forwarded-For, but it is not used. If that is your reverse proxy, call UseForwardedHeaders before UseBouncer and name the proxy in KnownIPNetworks or KnownProxies.")]
    internal static partial void ForwardedForIgnored(this ILogger logger);

    [LoggerMessage(EventIds.PassedBy, LogLevel.Error, "Requests are answered that UseBouncer never saw, so that no client is refused there: it stands behind the endpoints or in a branch of the pipeline. Call app.UseBouncer() before whatever answers, and give endpoints that are to be exempt BypassBouncer().")]
    internal static partial void PassedBy(this ILogger logger);

    [LoggerMessage(EventIds.StartFailed, LogLevel.Critical, "The bouncer could not start; the application stops.")]
    internal static partial void StartFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.StopFailed, LogLevel.Warning, "The bouncer did not stop as it should.")]
    internal static partial void StopFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.EphemeralKeys, LogLevel.Warning, "The keys of Data Protection do not outlive this process or container: after a restart, and on every other replica, visitors must solve their captcha again. Keep them in a place that lasts and is shared: PersistKeysToFileSystem, say.")]
    internal static partial void EphemeralKeys(this ILogger logger);

    [LoggerMessage(EventIds.PlainHttpClearance, LogLevel.Warning, "A clearance was granted over plain http, where others can read it. Use https; behind a proxy that ends TLS, have UseForwardedHeaders apply X-Forwarded-Proto.")]
    internal static partial void PlainHttpClearance(this ILogger logger);

    [LoggerMessage(EventIds.CaptchaFault, LogLevel.Warning, "The captcha provider '{Provider}' cannot check solutions ({Fault}). Nobody passes by it until it can.")]
    internal static partial void CaptchaFault(this ILogger logger, Exception? exception, string provider, string fault);

    [LoggerMessage(EventIds.CaptchaFaultAgain, LogLevel.Debug, "The captcha provider '{Provider}' cannot check solutions, still ({Fault}).")]
    internal static partial void CaptchaFaultAgain(this ILogger logger, Exception? exception, string provider, string fault);

    [LoggerMessage(EventIds.CaptchaRecovered, LogLevel.Information, "The captcha provider '{Provider}' checks solutions again.")]
    internal static partial void CaptchaRecovered(this ILogger logger, string provider);

    [LoggerMessage(EventIds.SpentChallengesFull, LogLevel.Warning, "{Capacity} solved captchas are remembered, and there is room for no more: right solutions are refused until some expire.")]
    internal static partial void SpentChallengesFull(this ILogger logger, int capacity);

    [LoggerMessage(EventIds.ScopeUnresolved, LogLevel.Error, "A client's value in the scope '{Scope}' could not be found; the client is treated as Bouncer:Http:WhenUnavailable says.")]
    internal static partial void ScopeUnresolved(this ILogger logger, Exception exception, string scope);

    [LoggerMessage(EventIds.CodesLimited, LogLevel.Warning, "Too many wrong one-time codes for one {Whose}: no more are looked at for {Delay}.")]
    internal static partial void CodesLimited(this ILogger logger, string whose, TimeSpan delay);
}
