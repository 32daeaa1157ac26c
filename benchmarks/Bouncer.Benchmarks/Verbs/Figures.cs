using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>What verb <c>table</c> prints; the fields are explained in its usage.</summary>
internal sealed record TableFigures(
    int Decisions,
    int Skipped,
    double ParseMs,
    double StoreMs,
    double BuildMs,
    long TableBytes,
    double BytesPerDecision,
    long MemoryBytes,
    double MemoryBytesPerDecision,
    int Threads,
    double NsPerLookup,
    long Lookups,
    long Hits,
    IReadOnlyDictionary<string, long> HitsByRemediation,
    long MeasuredLookups,
    long AllocatedBytes);

/// <summary>What verb <c>startup</c> prints.</summary>
internal sealed record StartupFigures(
    double SecondsToFirstVerdict,
    double SecondsToLastDecision,
    double PeakRssMb,
    double AllocatedMb,
    int Decisions,
    int Rounds,
    long PollAllocatedBytes,
    NaiveFigures Naive,
    double Ratio);

/// <summary>The naive way's part of <see cref="StartupFigures"/>.</summary>
internal sealed record NaiveFigures(double Seconds, double PeakRssMb, double AllocatedMb);

/// <summary>What one cold start tells the process that measures.</summary>
internal sealed record ColdStartFigures(double SecondsToFirst, double SecondsToLast, double PeakRssMb, double AllocatedMb, int Decisions, long PollAllocatedBytes = 0);

/// <summary>What verb <c>delta</c> prints.</summary>
internal sealed record DeltaFigures(
    int Decisions,
    int Changes,
    int Rounds,
    double FirstApplyMs,
    double ApplyMs,
    double P99ApplyMs,
    long AllocatedBytes,
    int Gen2Collections,
    double SlowestLookupUs,
    double SlowestLookupIdleUs,
    int ReaderThreads,
    double ReaderNsPerLookup,
    double ReaderNsPerLookupIdle,
    double ReaderRatio,
    long ReaderAllocatedBytes);

/// <summary>What verb <c>throttle</c> prints; the fields are explained in its usage.</summary>
internal sealed record ThrottleFigures(
    int Clients,
    long TableBytes,
    double BytesPerClient,
    long MemoryBytes,
    int Charged,
    int Refused,
    bool LimitedStaysLimited,
    double NsPerDecision);

/// <summary>What verb <c>firewall-plan</c> prints; the fields are explained in its usage.</summary>
internal sealed record FirewallPlanFigures(
    int Networks,
    int Changes,
    int Rounds,
    double FirstMs,
    double PlanMs,
    double P99PlanMs,
    double AdoptMs,
    double P99AdoptMs,
    double ChangeMs,
    double P99ChangeMs,
    double TextMs,
    int Rules,
    int ChangedRules);

/// <summary>What verb <c>snapshot</c> prints; the fields are explained in its usage.</summary>
internal sealed record SnapshotFigures(int Decisions, int Rounds, long FileBytes, double SaveMs, double SlowestSaveMs, double FlushMs, double LoadMs, double SlowestLoadMs, double StoreMs, long SaveAllocatedBytes);

/// <summary>What verb <c>geo</c> prints; the fields are explained in its usage.</summary>
internal sealed record GeoFigures(
    long FileBytes, double ReadMs, double SlowestReadMs, long TableBytes, long ReadAllocatedBytes, double NsPerLookup, long LookupAllocatedBytes, int Found);

/// <summary>What verb <c>journal</c> prints; the fields are explained in its usage.</summary>
internal sealed record JournalFigures(
    long Offered, long Dropped, double TakeNs, long TakeBytes, long WriteRowsPerSecond, long LadderMs, long LadderPeakBytes, int RowsAfter);

/// <summary>What verb <c>appsec</c> prints; the fields are explained in its usage.</summary>
internal sealed record AppSecFigures(
    int BodyBytes,
    int Requests,
    int Rounds,
    int Clients,
    double AddedCpuUs,
    long AddedAllocatedBytes,
    double CallCpuUs,
    long CallAllocatedBytes,
    double CpuUs,
    double CpuUsWithout,
    long AllocatedBytes,
    long AllocatedBytesWithout,
    double PeakRssMb,
    double PeakRssMbWithout);

/// <summary>What a process that verb <c>appsec</c> measures has taken.</summary>
internal sealed record TakenFigures(double CpuUs, long AllocatedBytes, long PeakRssBytes);

/// <summary>What verb <c>cost</c> prints; the fields are explained in its usage.</summary>
internal sealed record CostFigures(
    int Decisions,
    string Dialect,
    string Load,
    int Hours,
    double RequestsPerHour,
    long BytesPerHour,
    IReadOnlyDictionary<string, TrafficFigures> ByKind,
    TrafficFigures Start,
    int Held,
    int Listed);

/// <summary>Parts of <see cref="CostFigures"/>.</summary>
internal sealed record TrafficFigures(double Requests, long Bytes);

/// <summary>The one line that a verb prints.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TableFigures))]
[JsonSerializable(typeof(StartupFigures))]
[JsonSerializable(typeof(ColdStartFigures))]
[JsonSerializable(typeof(DeltaFigures))]
[JsonSerializable(typeof(ThrottleFigures))]
[JsonSerializable(typeof(FirewallPlanFigures))]
[JsonSerializable(typeof(CostFigures))]
[JsonSerializable(typeof(SnapshotFigures))]
[JsonSerializable(typeof(GeoFigures))]
[JsonSerializable(typeof(JournalFigures))]
[JsonSerializable(typeof(AppSecFigures))]
[JsonSerializable(typeof(TakenFigures))]
internal sealed partial class FiguresJson : JsonSerializerContext
{
    internal static void Print<T>(T figures, JsonTypeInfo<T> type) => Console.WriteLine(JsonSerializer.Serialize(figures, type));
}
