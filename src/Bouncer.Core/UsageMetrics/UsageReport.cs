using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Bouncer.Lapi;
using Bouncer.Sync;

namespace Bouncer.UsageMetrics;

/// <summary>Writes reports. Not thread-safe.</summary>
internal sealed class UsageReport(UsageWindow window, HeldDecisions held, SyncState state, TimeProvider time)
{
    private static readonly long Startup = StartOfProcess();

    private long _lastSecond;

    /// <summary>Writes what was counted since the last report. LAPI takes it only once if it is sent again as it is.</summary>
    internal ReadOnlyMemory<byte> Write()
    {
        var (counted, seconds) = window.Take();
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("remediation_components");
        json.WriteStartObject();
        WriteComponent(json);
        json.WriteStartArray("metrics");
        json.WriteStartObject();
        json.WriteStartObject("meta");
        json.WriteNumber("utc_now_timestamp", NextSecond());
        json.WriteNumber("window_size_seconds", seconds);
        json.WriteEndObject();
        json.WriteStartArray("items");
        foreach (var (key, value) in counted.Concat(held.Count()))
        {
            WriteItem(json, key, value);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }

    private void WriteComponent(Utf8JsonWriter json)
    {
        json.WriteString("type", Product.Type);
        json.WriteString("version", Product.Version);
        json.WriteStartObject("os");
        json.WriteString("name", SystemName.Current.Name);
        json.WriteString("version", SystemName.Current.Version);
        json.WriteString("family", SystemName.Current.Family);
        json.WriteEndObject();
        json.WriteNumber("utc_startup_timestamp", Startup);
        if (state.Status is { Mode: BouncerMode.Stream, LastSuccess: { } pulled })
        {
            json.WriteNumber("last_pull", pulled.ToUnixTimeSeconds());
        }

        json.WriteStartArray("feature_flags");
        json.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter json, UsageKey key, long value)
    {
        json.WriteStartObject();
        json.WriteString("name", key.Name);
        json.WriteNumber("value", value);
        json.WriteString("unit", key.Unit);
        json.WriteStartObject("labels");
        if (key.Origin is { } origin)
        {
            json.WriteString("origin", origin);
        }

        if (key.IpType is { } family)
        {
            json.WriteString("ip_type", family);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // cscli takes equal numbers of one second for one, so no two reports have the same second.
    private long NextSecond() => _lastSecond = Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), _lastSecond + 1);

    private static long StartOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
    }
}
