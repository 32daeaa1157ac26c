using System.Text;
using Bouncer.Decisions;
using Bouncer.Lapi;
using Bouncer.Lapi.Wire;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lapi.Wire;

/// <summary>Reads documents from memory, in one piece or in the pieces given.</summary>
internal static class WireReading
{
    internal static readonly TestClock Clock = new(timestampFrequency: TimeSpan.TicksPerSecond);

    internal static Task<StreamAnswer> StreamAsync(string json, SyncOptions? options = null) =>
        StreamAsync(Encoding.UTF8.GetBytes(json), [], options);

    internal static async Task<StreamAnswer> StreamAsync(byte[] json, int[] cuts, SyncOptions? options = null)
    {
        var document = new StreamDocument(new DecisionQuery(options ?? new SyncOptions()), Clock);
        await JsonPump.ReadAsync(new ChoppedStream(json, cuts), document, TestContext.Current.CancellationToken);
        return document.Answer;
    }

    internal static async Task<IReadOnlyList<Decision>> LiveAsync(string json)
    {
        var document = new LiveDocument(new DecisionQuery(new SyncOptions()), Clock);
        await JsonPump.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(json)), document, TestContext.Current.CancellationToken);
        return document.ToReply(Clock).Decisions;
    }

    /// <summary>Reads one decision under <c>new</c>, given by its members.</summary>
    internal static Task<StreamAnswer> OneAsync(string members, SyncOptions? options = null) =>
        StreamAsync($$"""{"new":[{{{members}}}],"deleted":[]}""", options);

    internal static IReadOnlyList<Decision> ToDecisions(this DecisionRows rows) =>
        [.. Enumerable.Range(1, rows.Count).Select(row => rows.ToDecision(row, Clock))];

    private sealed class ChoppedStream(byte[] content, int[] cuts) : MemoryStream(content, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var next = cuts.FirstOrDefault(cut => cut > Position, (int)Length);
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, next - (int)Position)], cancellationToken);
        }
    }
}
