using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>A body that is ready to send: its bytes, split at the placeholders of a request's values. Immutable.</summary>
/// <remarks>In the body <c>{{$name}}</c> is the placeholder of a value and <c>{{name}}</c> that of a text; a text may contain
/// values as <c>{name}</c>. Inserted content is not searched again, and an unknown name is left as it is.</remarks>
internal sealed partial class BodyTemplate
{
    // One part more than placeholders, each of which holds the index of its value.
    private readonly byte[][] _parts;
    private readonly int[] _places;
    private readonly int _length;

    /// <param name="body">The body.</param>
    /// <param name="names">The names of the values, in the order in which they are passed to <see cref="WriteAsync"/>.</param>
    /// <param name="textOf">Returns a text by its name, encoded for the body's type; null if there is none.</param>
    internal BodyTemplate(string body, string[] names, Func<string, string?>? textOf = null)
    {
        List<byte[]> parts = [];
        List<int> places = [];
        var part = new StringBuilder();
        foreach (var (text, value) in Pieces(body, textOf))
        {
            if (value is not null && Array.IndexOf(names, value) is var number and >= 0)
            {
                parts.Add(Encoding.UTF8.GetBytes(part.ToString()));
                part.Clear();
                places.Add(number);
            }
            else
            {
                part.Append(text);
            }
        }

        _parts = [.. parts, Encoding.UTF8.GetBytes(part.ToString())];
        _places = [.. places];
        _length = _parts.Sum(static bytes => bytes.Length);
    }

    /// <summary>The names of all values that have a placeholder in a body.</summary>
    internal static string[] NamesIn(string body) => [.. Pieces(body, textOf: null).Select(static piece => piece.Value).OfType<string>().Distinct()];

    /// <summary>Writes the whole body, with its length. HEAD gets the length and no body.</summary>
    /// <param name="response">The response, whose content type is already set.</param>
    /// <param name="values">The values, encoded for the content type.</param>
    internal ValueTask WriteAsync(HttpResponse response, params ReadOnlySpan<string> values)
    {
        var length = _length;
        foreach (var number in _places)
        {
            length += Encoding.UTF8.GetByteCount(values[number]);
        }

        response.ContentLength = length;
        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            return ValueTask.CompletedTask;
        }

        IBufferWriter<byte> output = response.BodyWriter;
        output.Write(_parts[0]);
        for (var at = 0; at < _places.Length; at++)
        {
            Encoding.UTF8.GetBytes(values[_places[at]], output);
            output.Write(_parts[at + 1]);
        }

        var flush = response.BodyWriter.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            return AwaitAsync(flush);
        }

        _ = flush.Result;
        return ValueTask.CompletedTask;
    }

    private static async ValueTask AwaitAsync(ValueTask<FlushResult> flush) => await flush;

    private static IEnumerable<(string Text, string? Value)> Pieces(string body, Func<string, string?>? textOf)
    {
        var at = 0;
        foreach (Match place in Place().Matches(body))
        {
            yield return (body[at..place.Index], null);
            at = place.Index + place.Length;
            var name = place.Groups[2].Value;
            if (place.Groups[1].Length > 0)
            {
                yield return (place.Value, name);
                continue;
            }

            foreach (var piece in PiecesOfText(textOf?.Invoke(name) ?? place.Value))
            {
                yield return piece;
            }
        }

        yield return (body[at..], null);
    }

    private static IEnumerable<(string Text, string? Value)> PiecesOfText(string text)
    {
        var at = 0;
        foreach (Match place in PlaceInText().Matches(text))
        {
            yield return (text[at..place.Index], null);
            at = place.Index + place.Length;
            yield return (place.Value, place.Groups[1].Value);
        }

        yield return (text[at..], null);
    }

    [GeneratedRegex(@"\{\{(\$?)([A-Za-z]+)\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex Place();

    [GeneratedRegex(@"\{([A-Za-z]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex PlaceInText();
}
