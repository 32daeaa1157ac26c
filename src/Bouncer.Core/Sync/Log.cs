using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

internal static partial class Log
{
    [LoggerMessage(EventIds.SyncStarted, LogLevel.Information, "Pulling decisions from {Lapi} every {Interval} (scopes {Scopes}).")]
    internal static partial void SyncStarted(this ILogger logger, string lapi, TimeSpan interval, string scopes);

    [LoggerMessage(EventIds.FirstSync, LogLevel.Information, "First synchronisation done: {Count} decisions held.")]
    internal static partial void FirstSync(this ILogger logger, int count);

    [LoggerMessage(EventIds.SnapshotLoaded, LogLevel.Information, "Snapshot loaded: {Count} decisions of a pull {Age} ago, in force until LAPI answers.")]
    internal static partial void SnapshotLoaded(this ILogger logger, int count, TimeSpan age);

    [LoggerMessage(EventIds.FullSync, LogLevel.Debug, "Whole list replaced: {Count} decisions held.")]
    internal static partial void FullSync(this ILogger logger, int count);

    [LoggerMessage(EventIds.PullFailed, LogLevel.Warning, "Pull failed: {Error} The decisions held stay in force; next attempt in {Pause}.")]
    internal static partial void PullFailed(this ILogger logger, string error, TimeSpan pause);

    [LoggerMessage(EventIds.PullFailedAgain, LogLevel.Debug, "Pull failed again ({Failures} times): {Error} Next attempt in {Pause}.")]
    internal static partial void PullFailedAgain(this ILogger logger, int failures, string error, TimeSpan pause);

    [LoggerMessage(EventIds.AccessForbidden, LogLevel.Error, "LAPI refuses the key: {Error} The decisions held stay in force; next attempt in {Pause}.")]
    internal static partial void AccessForbidden(this ILogger logger, string error, TimeSpan pause);

    [LoggerMessage(EventIds.Recovered, LogLevel.Information, "LAPI answers again after {Failures} failed attempts in {Length}.")]
    internal static partial void Recovered(this ILogger logger, int failures, TimeSpan length);

    [LoggerMessage(EventIds.OutageLasts, LogLevel.Warning, "LAPI has not answered for {Length} ({Failures} attempts): {Error} The decisions held stay in force; next attempt in {Pause}.")]
    internal static partial void OutageLasts(this ILogger logger, TimeSpan length, int failures, string error, TimeSpan pause);

    [LoggerMessage(EventIds.LapiFailedOver, LogLevel.Warning, "LAPI at {Lapi} is used in place of {Before}, which has failed. No decisions were received for {Outage}.")]
    internal static partial void LapiFailedOver(this ILogger logger, string lapi, string before, TimeSpan outage);

    [LoggerMessage(EventIds.LapiNotUsable, LogLevel.Warning, "LAPI at {Lapi} cannot be used in place of the one that fails: {Error}")]
    internal static partial void LapiNotUsable(this ILogger logger, string lapi, string error);

    [LoggerMessage(EventIds.LapiReturned, LogLevel.Information, "LAPI at {Lapi} has recovered and is used again, in place of {Before}.")]
    internal static partial void LapiReturned(this ILogger logger, string lapi, string before);

    [LoggerMessage(EventIds.ListFailed, LogLevel.Warning, "LAPI sends deltas, but its whole list could not be pulled: {Error} The decisions held stay in force, and deltas continue.")]
    internal static partial void ListFailed(this ILogger logger, string error);

    [LoggerMessage(EventIds.DoubtfulList, LogLevel.Warning, "LAPI's whole list of {Listed} decisions is in doubt: {Reason}.")]
    internal static partial void DoubtfulList(this ILogger logger, int listed, string reason);

    [LoggerMessage(EventIds.QuestionsRefused, LogLevel.Warning, "LAPI does not answer queries about its list: {Error} Changes that its deltas leave out are found only by pulling the whole list.")]
    internal static partial void QuestionsRefused(this ILogger logger, string error);

    [LoggerMessage(EventIds.KeyShared, LogLevel.Warning, "Another client seems to pull with the same key and takes part of the changes. They are found by additional queries, which cost LAPI time; give each bouncer its own key with `cscli bouncers add NAME`.")]
    internal static partial void KeyShared(this ILogger logger);

    [LoggerMessage(EventIds.KeyNotShared, LogLevel.Information, "The deltas are complete again: no other client seems to pull with the same key.")]
    internal static partial void KeyNotShared(this ILogger logger);

    [LoggerMessage(EventIds.UnexpectedError, LogLevel.Error, "An unexpected error occurred in the synchronisation, which continues.")]
    internal static partial void UnexpectedError(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.DecisionsSkipped, LogLevel.Warning, "{Count} decisions from LAPI are unusable and were skipped ({Reasons}).")]
    internal static partial void DecisionsSkipped(this ILogger logger, int count, string reasons);

    [LoggerMessage(EventIds.RangeTooWide, LogLevel.Critical, "{Count} decisions cover a range wider than Bouncer:Sync:MinIPv4PrefixLength or MinIPv6PrefixLength allows, and are ignored: find their origin with `cscli decisions list`.")]
    internal static partial void RangeTooWide(this ILogger logger, int count);

    [LoggerMessage(EventIds.TooManyDecisions, LogLevel.Warning, "{Count} decisions, the weakest and shortest, are not held: LAPI lists more than Bouncer:Sync:MaxDecisions.")]
    internal static partial void TooManyDecisions(this ILogger logger, int count);

    [LoggerMessage(EventIds.StartedUnready, LogLevel.Warning, "No synchronisation within {Timeout}; the host starts anyway, and clients pass until LAPI answers.")]
    internal static partial void StartedUnready(this ILogger logger, TimeSpan timeout);

    [LoggerMessage(EventIds.PlainHttp, LogLevel.Warning, "The key travels to LAPI in plain text; use https for a LAPI on another machine.")]
    internal static partial void PlainHttp(this ILogger logger);

    [LoggerMessage(EventIds.TlsNotVerified, LogLevel.Warning, "LAPI's certificate is not verified ({Section}:Tls:SkipVerification): anyone on the way to LAPI can read the key and change decisions.")]
    internal static partial void TlsNotVerified(this ILogger logger, string section);

    [LoggerMessage(EventIds.UnknownType, LogLevel.Warning, "LAPI has decisions of the type '{Type}', which is not defined here: they are treated as '{Fallback}' (Bouncer:FallbackRemediation).")]
    internal static partial void UnknownType(this ILogger logger, string type, string fallback);

    [LoggerMessage(EventIds.NoRemediation, LogLevel.Warning, "LAPI has decisions of the type '{Type}', which is not a remediation: they neither refuse clients nor exempt any. To exempt a client, use Bouncer:TrustedNetworks or CrowdSec's allowlists.")]
    internal static partial void NoRemediation(this ILogger logger, string type);

    [LoggerMessage(EventIds.NothingFiltered, LogLevel.Warning, "The filters of Bouncer:Sync match no decision ({Filters}). Origins must be spelt as LAPI spells them: crowdsec, cscli, CAPI, lists.")]
    internal static partial void NothingFiltered(this ILogger logger, string filters);

    [LoggerMessage(EventIds.UnusedName, LogLevel.Warning, "Bouncer:Sync:{Setting} names '{Name}', which no decision has. The decisions held have: {Held}.")]
    internal static partial void UnusedName(this ILogger logger, string setting, string name, string held);

    [LoggerMessage(EventIds.TrustsTooMuch, LogLevel.Warning, "Bouncer:TrustedNetworks has {Network}, a large part of the internet: its clients always pass, even if there are decisions on them.")]
    internal static partial void TrustsTooMuch(this ILogger logger, string network);

    [LoggerMessage(EventIds.SinkFailed, LogLevel.Error, "Sink {Sink} failed; it gets the whole list next.")]
    internal static partial void SinkFailed(this ILogger logger, Exception exception, string sink);

    [LoggerMessage(EventIds.SinksNeedStream, LogLevel.Warning, "Decision sinks receive nothing in this mode; set Bouncer:Sync:Mode to Stream.")]
    internal static partial void SinksNeedStream(this ILogger logger);

    [LoggerMessage(EventIds.SendsAddresses, LogLevel.Information, "Live mode: LAPI at {Lapi} receives the address of each visitor who is neither trusted nor in the cache. To send none, set Bouncer:Sync:Mode to Stream.")]
    internal static partial void SendsAddresses(this ILogger logger, string lapi);

    [LoggerMessage(EventIds.DecisionsOff, LogLevel.Information, "Decisions are not used, because Bouncer:Sync:Mode is Off.")]
    internal static partial void DecisionsOff(this ILogger logger);

    [LoggerMessage(EventIds.LapiNotHealthy, LogLevel.Warning, "LAPI does not answer: {Error} Until it does, Bouncer:Http:WhenUnavailable applies to clients.")]
    internal static partial void LapiNotHealthy(this ILogger logger, string error);
}
