using System.Diagnostics.Metrics;
using System.Net;
using Bouncer.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.Telemetry;

/// <summary>The web layer's instruments. Tags come from bounded sets: never an address, a path or a scenario. What
/// LAPI gets as usage metrics is counted once, and each instrument is read from the same numbers.</summary>
internal sealed class BouncerHttpMetrics
{
    private const string RemediationTag = "bouncer.remediation";
    private const string OriginTag = "bouncer.origin";
    private const string AppSecOrigin = "appsec";

    /// <summary>What is not due to a decision.</summary>
    private const string NoOrigin = "none";

    private readonly CheckTally _checks = new();
    private readonly Tally<RemediationKey> _remediations = new();
    private readonly Tally<(string Origin, ClientFamily Family)> _closedConnections = new();
    private readonly OriginNames _origins = new();
    private readonly Counter<long> _addressIssues;
    private readonly Counter<long> _challenges;
    private readonly Counter<long> _connectionsEnded;
    private readonly Counter<long> _inspections;
    private readonly Histogram<double> _inspectionDuration;

    public BouncerHttpMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(BouncerTelemetry.MeterName);
        _addressIssues = meter.CreateCounter<long>("bouncer.client_address.issues", "{request}", "Requests whose client address was doubtful.");
        _challenges = meter.CreateCounter<long>("bouncer.challenges", "{challenge}", "Captchas set, and what came of them.");
        _connectionsEnded = meter.CreateCounter<long>("bouncer.connections.ended", "{connection}", "Open connections that a decision on their client ended.");
        _inspections = meter.CreateCounter<long>("bouncer.appsec.inspections", "{request}", "Requests that AppSec had to inspect, and the result.");
        meter.CreateObservableCounter("bouncer.processed.requests", _checks.Measure, "{request}", "Requests whose client was judged.");
        meter.CreateObservableCounter("bouncer.remediations", MeasureRemediations, "{request}", "Requests with a remediation, and what came of it.");
        meter.CreateObservableCounter("bouncer.dropped.requests", MeasureDropped, "{request}", "Requests that a decision or AppSec kept from the application.");
        meter.CreateObservableCounter("bouncer.dropped.connections", MeasureClosed, "{connection}", "Connections closed before their first request.");
        _inspectionDuration = meter.CreateHistogram<double>("bouncer.appsec.duration", "s", "How long requests waited for AppSec.");
    }

    /// <param name="outcome">allowed, refused, unavailable, too_slow, too_many, body_blocked or body_allowed.</param>
    internal void Inspected(string outcome)
    {
        if (_inspections.Enabled)
        {
            _inspections.Add(1, new KeyValuePair<string, object?>("bouncer.outcome", outcome));
        }
    }

    internal void InspectionTook(TimeSpan duration)
    {
        if (_inspectionDuration.Enabled)
        {
            _inspectionDuration.Record(duration.TotalSeconds);
        }
    }

    /// <param name="source">Where the verdict comes from.</param>
    /// <param name="address">The client's address, or its peer's; null if there is none.</param>
    internal void Checked(VerdictSource source, IPAddress? address) => _checks.Add(source, address);

    internal void AddressIssue(string issue)
    {
        if (_addressIssues.Enabled)
        {
            _addressIssues.Add(1, new KeyValuePair<string, object?>("bouncer.issue", issue));
        }
    }

    /// <param name="provider">The name of a registered provider, of which there are few.</param>
    /// <param name="outcome">One of <see cref="ChallengeOutcome"/>.</param>
    internal void Challenge(string provider, string outcome)
    {
        if (_challenges.Enabled)
        {
            _challenges.Add(1, new("bouncer.provider", provider), new("bouncer.outcome", outcome));
        }
    }

    /// <param name="remediation">A remediation that has a handler, of which there are few.</param>
    /// <param name="kind">One of the values of <c>ConnectionKind</c>.</param>
    internal void ConnectionEnded(string remediation, string kind)
    {
        if (_connectionsEnded.Enabled)
        {
            _connectionsEnded.Add(1, new(RemediationTag, remediation), new("bouncer.kind", kind));
        }
    }

    /// <param name="features">The request's features, for the server's own request duration.</param>
    /// <param name="remediation">A remediation that has a handler, of which there are few.</param>
    /// <param name="verdict">The verdict on which it is based.</param>
    /// <param name="policy">The policy's name.</param>
    /// <param name="outcome">One of <see cref="Outcome"/>.</param>
    /// <param name="isRefused">Whether the request did not reach the application.</param>
    /// <param name="address">The client's address, or its peer's; null if there is none.</param>
    internal void Remediated(
        IFeatureCollection features, string remediation, in BouncerVerdict verdict, string policy, string outcome, bool isRefused, IPAddress? address)
    {
        var isAppSec = verdict.Source == VerdictSource.AppSec;
        var origin = isAppSec ? AppSecOrigin : _origins.Of(verdict.Decision?.Origin) ?? NoOrigin;
        _remediations.Add(new(remediation, origin, policy, outcome, isRefused && (isAppSec || verdict.Decision is not null), ClientFamilies.Of(address)));
        features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(RemediationTag, remediation));
    }

    /// <summary>Counts a connection that was closed because of a decision.</summary>
    internal void ConnectionDropped(string origin, IPAddress address) =>
        _closedConnections.Add((_origins.Of(origin) ?? NoOrigin, ClientFamilies.Of(address)));

    private IEnumerable<Measurement<long>> MeasureRemediations() =>
        from count in _remediations.Counts
        group count.Value by (count.Key.Remediation, count.Key.Origin, count.Key.Policy, count.Key.Outcome) into counts
        select new Measurement<long>(
            counts.Sum(),
            new(RemediationTag, counts.Key.Remediation),
            new(OriginTag, counts.Key.Origin),
            new("bouncer.policy", counts.Key.Policy),
            new("bouncer.outcome", counts.Key.Outcome));

    private IEnumerable<Measurement<long>> MeasureDropped() =>
        from count in _remediations.Counts
        where count.Key.IsDropped
        group count.Value by (count.Key.Origin, count.Key.Family) into counts
        select Dropped(counts.Key, counts.Sum());

    private IEnumerable<Measurement<long>> MeasureClosed() => _closedConnections.Counts.Select(static count => Dropped(count.Key, count.Value));

    private static Measurement<long> Dropped((string Origin, ClientFamily Family) key, long count) =>
        new(count, [new(OriginTag, key.Origin), .. ClientFamilies.TagsOf(key.Family)]);
}
