using System.Text.Json;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>Reads what the verbs are given, and says what is wrong with it.</summary>
internal static class InputFiles
{
    /// <exception cref="VerbException">It cannot be read, is no answer of LAPI's stream, or holds nothing to measure.</exception>
    internal static ParsedStream Decisions(string path) => Read(path, file =>
    {
        try
        {
            var stream = ParsedStream.Read(file);
            return stream.Usable > 0 ? stream : throw new VerbException($"{path} holds no decision that can be used: {stream.Skipped} were skipped.");
        }
        catch (JsonException fault)
        {
            throw new VerbException($"{path} is no answer of LAPI's decision stream: {fault.Message}");
        }
    });

    /// <summary>Reads addresses, one a line; blank lines count for nothing.</summary>
    /// <exception cref="VerbException">It cannot be read, holds no address, or something else.</exception>
    internal static IpKey[] Addresses(string path) => Read(path, file =>
    {
        var addresses = new List<IpKey>();
        using var reader = new StreamReader(file);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var text = line.AsSpan().Trim();
            if (text.IsEmpty)
            {
                continue;
            }

            addresses.Add(IpParser.TryParseAddress(text, out var address)
                ? address
                : throw new VerbException($"{path}, line {number}: '{line}' is no address."));
        }

        return addresses.Count > 0 ? addresses.ToArray() : throw new VerbException($"{path} holds no address.");
    });

    private static T Read<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using var file = File.OpenRead(path);
            return read(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new VerbException($"{path} cannot be read: {fault.Message}");
        }
    }
}
