using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Bouncer.Benchmarks.Lookup;

/// <summary>A decision of <see cref="HostileReport"/>.</summary>
internal readonly record struct HostileDecision(string Value, string Type, string Scenario);

/// <summary>Streams as LAPI sends them, written while they are read, so that no list is too long for memory.</summary>
internal static class HostileStream
{
    private const int Chunk = 1_000;

    /// <param name="list"><c>new</c> or <c>deleted</c>.</param>
    /// <param name="count">How many decisions it has.</param>
    /// <param name="make">Makes each of them.</param>
    internal static ParsedStream Read(string list, int count, Func<uint, HostileDecision> make)
    {
        var pipe = new Pipe();
        var writing = Task.Run(() => WriteAsync(pipe.Writer, list, count, make));
        var stream = ParsedStream.Read(pipe.Reader.AsStream());
        writing.GetAwaiter().GetResult();
        return stream;
    }

    private static async Task WriteAsync(PipeWriter writer, string list, int count, Func<uint, HostileDecision> make)
    {
        Write(writer, $$"""{"{{(list == "new" ? "deleted" : "new")}}":null,"{{list}}":[""");
        for (var i = 0; i < count; i++)
        {
            var (value, type, scenario) = make((uint)i);
            Write(writer, $$"""{{(i == 0 ? "" : ",")}}{"id":{{i + 1}},"origin":"lists","scenario":"{{scenario}}","scope":"Ip","type":"{{type}}","value":"{{value}}","duration":"100h0m0s"}""");
            if (i % Chunk == 0)
            {
                await writer.FlushAsync();
            }
        }

        Write(writer, $"]}}");
        await writer.CompleteAsync();
    }

    private static void Write(PipeWriter writer, FormattableString text) => Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture), writer);
}
