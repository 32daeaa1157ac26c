using System.Buffers;
using System.Text.Json;
using Bouncer.Benchmarks.Verbs;

namespace Bouncer.Benchmarks.Startup;

/// <summary>Answers questions on a part of a stream's decisions, as LAPI does.</summary>
internal sealed class StreamQuestions(ParsedStream stream)
{
    private readonly ListedDecision[] _decisions = [.. stream.Listed()];

    internal ReadOnlyMemory<byte> Answer(string? value, long aboveId, int offset, int limit)
    {
        ListedDecision[] asked = [.. _decisions.Where(decision => decision.Id > aboveId && (value is null || decision.Value == value)).Skip(offset).Take(limit)];
        if (asked.Length == 0)
        {
            return "null"u8.ToArray();
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            Array.ForEach(asked, decision => decision.Write(json, "4h0m0s", Guid.Empty));
            json.WriteEndArray();
        }

        return bytes.WrittenMemory;
    }
}
