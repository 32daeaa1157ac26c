using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.Telemetry;

/// <summary>The web layer's instruments. Tags come from bounded sets: never an address, a path or a scenario.</summary>
internal sealed class BouncerHttpMetrics
{
    private const string RemediationTag = "bouncer.remediation";
    private const string AppSecOrigin = "appsec";

    private readonly Counter<long> _checks;
    private readonly Counter<long> _remediations;
    private readonly Counter<long> _addressIssues;
    private readonly Counter<long> _challenges;
    private readonly Counter<long> _connectionsEnded;
    private readonly Counter<long> _inspections;
    private readonly Histogram<double> _inspectionDuration;
    private readonly FamilyCounts _processed = new();
    private readonly DroppedCounts _dropped = new();
    private readonly DroppedCounts _droppedConnections = new();

    public BouncerHttpMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(BouncerTelemetry.MeterName);
        _checks = meter.CreateCounter<long>("bouncer.checks", "{request}", "Requests whose client was judged.");
        _remediations = meter.CreateCounter<long>("bouncer.remediations", "{request}", "Requests with a remediation, and what came of it.");
        _addressIssues = meter.CreateCounter<long>("bouncer.client_address.issues", "{request}", "Requests whose client address was doubtful.");
        _challenges = meter.CreateCounter<long>("bouncer.challenges", "{challenge}", "Captchas set, and what came of them.");
        _connectionsEnded = meter.CreateCounter<long>("bouncer.connections.ended", "{connection}", "Open connections that a decision on their client ended.");
        _inspections = meter.CreateCounter<long>("bouncer.appsec.inspections", "{request}", "Requests that AppSec had to inspect, and the result.");
        meter.CreateObservableCounter("bouncer.processed.requests", () => _processed.Measure([]), "{request}", "Requests whose client was judged, by the family of its address.");
        meter.CreateObservableCounter("bouncer.dropped.requests", _dropped.Measure, "{request}", "Requests that a decision or AppSec kept from the application.");
        meter.CreateObservableCounter("bouncer.dropped.connections", _droppedConnections.Measure, "{connection}", "Connections closed before their first request.");
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
    internal void Checked(VerdictSource source, IPAddress? address)
    {
        _processed.Add(address);
        if (_checks.Enabled)
        {
            _checks.Add(1, new KeyValuePair<string, object?>("bouncer.source", SourceName(source)));
        }
    }

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
    internal void Remediated(IFeatureCollection features, string remediation, in BouncerVerdict verdict, string policy, string outcome)
    {
        if (_remediations.Enabled)
        {
            _remediations.Add(1, new TagList
            {
                { RemediationTag, remediation },
                { "bouncer.origin", verdict.Source == VerdictSource.AppSec ? AppSecOrigin : OriginName(verdict.Decision?.Origin) },
                { "bouncer.policy", policy },
                { "bouncer.outcome", outcome },
            });
        }

        features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(RemediationTag, remediation));
    }

    /// <summary>Counts a request that did not reach the application because of a decision or of AppSec.</summary>
    internal void Dropped(in BouncerVerdict verdict, IPAddress? address)
    {
        if ((verdict.Source == VerdictSource.AppSec ? AppSecOrigin : verdict.Decision?.Origin) is { } origin)
        {
            _dropped.Add(origin, address);
        }
    }

    /// <summary>Counts a connection that was closed because of a decision.</summary>
    internal void ConnectionDropped(string origin, IPAddress address) => _droppedConnections.Add(origin, address);

    private static string SourceName(VerdictSource source) => source switch
    {
        VerdictSource.Store => "store",
        VerdictSource.Live => "live",
        VerdictSource.Trusted => "trusted",
        VerdictSource.Unresolved => "unresolved",
        VerdictSource.Unavailable => "unavailable",
        VerdictSource.AppSec => AppSecOrigin,
        VerdictSource.NotChecked => "not_checked",
        _ => "not_ready",
    };

    /// <summary>LAPI's origins are free text (for example "lists:" and a list's name): only known ones become tags.</summary>
    private static string OriginName(string? origin) => origin switch
    {
        null => "none",
        "crowdsec" or "cscli" or "cscli-import" or "console" or "CAPI" => origin,
        _ when origin.StartsWith("lists", StringComparison.Ordinal) => "lists",
        _ => "other",
    };
}
