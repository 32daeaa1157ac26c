using System.Text;
using System.Text.Json;

namespace Bouncer.Tests.Lapi.Wire;

public class DifferentialTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, true)]
    public async Task Read_RandomDocumentInRandomPieces_IsAsTheReferenceReadsIt(int seed, bool isAsLapiWrites)
    {
        var documents = new RandomDocuments(seed, isAsLapiWrites);
        var (refused, decisions, skips) = (0, 0, 0);
        for (var i = 0; i < 1500; i++)
        {
            var json = documents.Next();
            var expected = Reference(json);

            var read = await ReadAsync(json, documents.Cuts(json.Length));

            Assert.True(expected.SequenceEqual(read), $"document {i}: {Encoding.ASCII.GetString(json)}\n{string.Join('\n', expected)}\n--\n{string.Join('\n', read)}");
            refused += expected is ["refused"] ? 1 : 0;
            decisions += expected.Count(line => line.StartsWith("new ", StringComparison.Ordinal));
            skips += expected.Count(line => line.StartsWith("skipped ", StringComparison.Ordinal));
        }

        Assert.True(refused > 100 && decisions > 300 && skips > 500, $"too few of a kind to prove much: {refused}, {decisions}, {skips}");
    }

    [Fact]
    public async Task Read_SplitAtEveryByte_IsAsReadWhole()
    {
        var documents = new RandomDocuments(5);
        for (var i = 0; i < 40; i++)
        {
            var json = documents.Next();
            var expected = Reference(json);

            Assert.Equal(expected, await ReadAsync(json, [.. Enumerable.Range(1, json.Length)]));
            for (var cut = 1; cut < int.Min(json.Length, 400); cut++)
            {
                Assert.Equal(expected, await ReadAsync(json, [cut]));
            }
        }
    }

    private static List<string> Reference(byte[] json)
    {
        try
        {
            return ReferenceReader.Read(json);
        }
        catch (JsonException)
        {
            return ["refused"];
        }
    }

    private static async Task<List<string>> ReadAsync(byte[] json, int[] cuts)
    {
        try
        {
            return ReferenceReader.Describe(await WireReading.StreamAsync(json, cuts));
        }
        catch (JsonException)
        {
            return ["refused"];
        }
    }
}
