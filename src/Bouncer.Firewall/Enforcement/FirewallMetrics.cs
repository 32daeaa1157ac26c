using System.Diagnostics.Metrics;
using Bouncer.Firewall.Backends;

namespace Bouncer.Firewall.Enforcement;

/// <summary>The firewall's instruments. The meter belongs to its factory, which disposes it with the host.</summary>
internal sealed class FirewallMetrics
{
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _failures;

    public FirewallMetrics(IMeterFactory factory, FirewallEngine engine, IFirewallBackend backend)
    {
        var meter = factory.Create(BouncerTelemetry.MeterName);
        _duration = meter.CreateHistogram<double>("bouncer.firewall.update.duration", "s", "Time of a step: to check what is there, and to read, plan and write what changed.");
        _failures = meter.CreateCounter<long>("bouncer.firewall.failures", "{attempt}", "Attempts to read or write the firewall that failed.");
        meter.CreateObservableUpDownCounter("bouncer.firewall.networks.wanted", () => engine.Status.WantedNetworks, "{network}", "Networks that the decisions block.");
        meter.CreateObservableUpDownCounter("bouncer.firewall.networks.blocked", () => engine.Status.BlockedNetworks, "{network}", "Networks of them that are in force.");
        meter.CreateObservableUpDownCounter("bouncer.firewall.networks.refused", () => engine.Status.RefusedNetworks, "{network}", "Networks of them that the firewall refuses.");
        meter.CreateObservableCounter("bouncer.firewall.packets", () => Packets(backend), "{packet}", "Packets stopped, as last read from the firewall.");
        meter.CreateObservableCounter("bouncer.processed.packets", () => Processed(backend, static traffic => traffic.Packets), "{packet}", "Packets that passed the rules, stopped or not, since the process began.");
        meter.CreateObservableCounter("bouncer.processed.bytes", () => Processed(backend, static traffic => traffic.Bytes), "By", "Bytes of the packets that passed the rules since the process began.");
        meter.CreateObservableCounter("bouncer.dropped.packets", () => Dropped(backend, static traffic => traffic.Packets), "{packet}", "Packets stopped since the process began.");
        meter.CreateObservableCounter("bouncer.dropped.bytes", () => Dropped(backend, static traffic => traffic.Bytes), "By", "Bytes of the packets stopped since the process began.");
    }

    internal void Stepped(TimeSpan duration) => _duration.Record(duration.TotalSeconds);

    internal void Failed() => _failures.Add(1);

    private static IEnumerable<Measurement<long>> Packets(IFirewallBackend backend) => backend.PacketsByOrigin
        .Select(entry => new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("bouncer.origin", entry.Key)));

    private static IEnumerable<Measurement<long>> Dropped(IFirewallBackend backend, Func<Traffic, long> number) => backend.Dropped
        .Select(entry => new Measurement<long>(number(entry.Value), new("bouncer.origin", entry.Key.Origin), FamilyTag(entry.Key.IsIPv4)));

    private static IEnumerable<Measurement<long>> Processed(IFirewallBackend backend, Func<Traffic, long> number) => backend.Processed
        .Select(entry => new Measurement<long>(number(entry.Value), FamilyTag(entry.Key)));

    private static KeyValuePair<string, object?> FamilyTag(bool isIPv4) => new("network.type", isIPv4 ? "ipv4" : "ipv6");
}
