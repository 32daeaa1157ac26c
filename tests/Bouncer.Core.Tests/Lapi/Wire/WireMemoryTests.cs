using System.Text;
using Bouncer.Lapi;
using Bouncer.Lapi.Wire;

namespace Bouncer.Tests.Lapi.Wire;

/// <summary>What reading an answer allocates. Alone: collections that other tests cause charge this thread.</summary>
[Collection(nameof(WireMemoryTests))]
[CollectionDefinition(nameof(WireMemoryTests), DisableParallelization = true)]
public sealed class WireMemoryTests
{
    private const int Count = 100_000;

    // A row, and little more: no text of any decision would fit in.
    private const int BytesPerDecision = 36;

    [Fact]
    public async Task Read_B2_AHundredThousandDecisions_HoldsNoBodyAndNoCopiesOfTexts()
    {
        var body = Body(i => $"""
            "duration":"{i % 100}h59m57s","id":{i + 1},"origin":"CAPI","scenario":"crowdsecurity/http-probing","scope":"Ip","type":"ban","value":"11.{i >> 16}.{(i >> 8) & 255}.{i & 255}"
            """);

        var (answer, allocated) = await ReadAsync(body);

        Assert.Equal(Count, answer.Added.Count);
        Assert.InRange(allocated / Count, 0, BytesPerDecision);
        for (var i = 0; i < Count; i++)
        {
            // Decisions that straddle two pieces of the body are as right as the others.
            Assert.Equal((i + 1, (11u << 24) | (uint)i), (answer.Added[i + 1].Id, answer.Added[i + 1].Place));
        }
    }

    [Fact]
    public async Task Read_NothingNew_AllocatesLittle()
    {
        var body = """{"new": [], "deleted": []}"""u8.ToArray();
        await ReadAsync(body);

        var (_, allocated) = await ReadAsync(body);

        Assert.InRange(allocated, 0, 1536);
    }

    [Fact]
    public async Task Read_DecisionsThatAreSkipped_AllocateNothingEach()
    {
        var body = Body(_ => "\"scope\":\"Ip\",\"type\":\"ban\",\"scenario\":\"a/b\",\"value\":\"no address\"");

        var (answer, allocated) = await ReadAsync(body);

        Assert.Equal(Count, answer.Unusable.Count);
        Assert.InRange(allocated, 0, 200_000);
    }

    [Fact]
    public async Task Read_DecisionsWithoutId_AllocateNoMoreThanOthers()
    {
        var body = Body(i => $"\"scope\":\"Ip\",\"type\":\"ban\",\"value\":\"11.{i >> 16}.{(i >> 8) & 255}.{i & 255}\"");

        var (answer, allocated) = await ReadAsync(body);

        Assert.Equal(Count, answer.Added.ToIds().Count);
        Assert.InRange(allocated / Count, 0, BytesPerDecision);
    }

    private static byte[] Body(Func<int, string> members) =>
        Encoding.ASCII.GetBytes("{\"new\": [" + string.Join(',', Enumerable.Range(0, Count).Select(i => $"{{{members(i)}}}")) + "], \"deleted\": []}");

    private static async Task<(StreamAnswer Answer, long Allocated)> ReadAsync(byte[] body)
    {
        // The least of several tries, as in AllocatedBytes: a collection that something else causes charges this thread. A
        // memory stream completes each read at once, so that all of it happens here.
        var least = long.MaxValue;
        StreamAnswer? answer = null;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var document = new StreamDocument(new DecisionQuery(new SyncOptions()), WireReading.Clock);
            await JsonPump.ReadAsync(new MemoryStream(body), document, TestContext.Current.CancellationToken);
            answer = document.Answer;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return (answer!, least);
    }
}
