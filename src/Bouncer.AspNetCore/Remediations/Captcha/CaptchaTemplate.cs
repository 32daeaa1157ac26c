using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>The page in one language, as bytes ready to send but for what differs between requests. Immutable.</summary>
internal sealed partial class CaptchaTemplate
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly FrozenDictionary<string, string> _texts;

    // One part more than names: what stands before, between and after the places that they name.
    private readonly byte[][] _parts;
    private readonly string[] _names;
    private readonly int _length;

    internal CaptchaTemplate(string page, IReadOnlyDictionary<string, string> texts)
    {
        _texts = texts.ToFrozenDictionary(static text => text.Key, static text => Encoder.Encode(text.Value));
        var pieces = ValueName().Split(TextName().Replace(page, match => Text(match.Groups[1].Value)));
        _parts = [.. pieces.Where(static (_, at) => at % 2 == 0).Select(Encoding.UTF8.GetBytes)];
        _names = [.. pieces.Where(static (_, at) => at % 2 == 1)];
        _length = _parts.Sum(static part => part.Length);
    }

    /// <summary>A text of this language, encoded for HTML.</summary>
    internal string Text(string name) => _texts[name];

    /// <summary>Sends the page.</summary>
    /// <param name="response">Whose headers are set but for the length.</param>
    /// <param name="valueOf">What stands at each place, by its name; already encoded.</param>
    internal async ValueTask WriteAsync(HttpResponse response, Func<string, string> valueOf)
    {
        string[] values = [.. _names.Select(valueOf)];
        response.ContentLength = _length + values.Sum(Encoding.UTF8.GetByteCount);
        Write(response.BodyWriter, values);
        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }

    private void Write(IBufferWriter<byte> output, string[] values)
    {
        output.Write(_parts[0]);
        for (var at = 0; at < values.Length; at++)
        {
            Encoding.UTF8.GetBytes(values[at], output);
            output.Write(_parts[at + 1]);
        }
    }

    [GeneratedRegex(@"\{\{([A-Za-z]+)\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex TextName();

    [GeneratedRegex(@"\{\{\$([A-Za-z]+)\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex ValueName();
}
