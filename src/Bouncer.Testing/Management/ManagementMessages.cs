using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bouncer.Testing.Management;

/// <summary>The bodies of the management calls.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NewDecision))]
[JsonSerializable(typeof(NewBlocklist))]
[JsonSerializable(typeof(Extension))]
[JsonSerializable(typeof(StolenPull))]
[JsonSerializable(typeof(NewFault))]
[JsonSerializable(typeof(Added))]
[JsonSerializable(typeof(Refreshed))]
[JsonSerializable(typeof(Extended))]
[JsonSerializable(typeof(Removed))]
[JsonSerializable(typeof(Deleted))]
[JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(IReadOnlyList<StoredDecision>))]
[JsonSerializable(typeof(IReadOnlyList<RegisteredBouncer>))]
internal sealed partial class ManagementMessages : JsonSerializerContext;

internal sealed record NewDecision(
    string? Value, string? Duration, string? Type, string? Scope, string? Origin, string? Scenario, bool Simulated, string? CommitAfter);

internal sealed record NewBlocklist(
    string? Origin, string[]? Values, string? Duration, string? Type, string? Scope, string? Scenario, string? CommitAfter);

internal sealed record Extension(string? ExtendBy);

internal sealed record StolenPull(string? Bouncer);

internal sealed record NewFault(
    string? Path, string? Delay, int? Status, Dictionary<string, string>? Headers, string? Body,
    int? CutAfter, int? StallAfter, bool Database, int? DatabaseAfterPages, int? Times);

internal sealed record Added(long Id);

internal sealed record Refreshed(IReadOnlyList<long> Ids, int Removed);

internal sealed record Extended([property: JsonPropertyName("extended")] int Count);

internal sealed record Removed([property: JsonPropertyName("removed")] int Count);

internal sealed record Deleted([property: JsonPropertyName("deleted")] int Count);

internal sealed record Refused(string Message);
