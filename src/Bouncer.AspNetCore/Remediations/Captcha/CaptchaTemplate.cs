using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>The page in one language, ready but for what differs between requests. Immutable.</summary>
internal sealed partial class CaptchaTemplate
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // Texts, and between each two of them the name of what stands there.
    private readonly string[] _parts;
    private readonly IReadOnlyDictionary<string, string> _texts;

    internal CaptchaTemplate(string page, IReadOnlyDictionary<string, string> texts)
    {
        _texts = texts;
        _parts = ValueName().Split(TextName().Replace(page, match => Text(match.Groups[1].Value)));
    }

    /// <summary>A text of this language, encoded for HTML.</summary>
    internal string Text(string name) => Encoder.Encode(_texts[name]);

    /// <summary>The page.</summary>
    /// <param name="valueOf">What stands at each place, by its name; already encoded.</param>
    internal string Fill(Func<string, string> valueOf)
    {
        var page = new StringBuilder(16 * 1024).Append(_parts[0]);
        for (var at = 1; at < _parts.Length; at += 2)
        {
            page.Append(valueOf(_parts[at])).Append(_parts[at + 1]);
        }

        return page.ToString();
    }

    [GeneratedRegex(@"\{\{([A-Za-z]+)\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex TextName();

    [GeneratedRegex(@"\{\{\$([A-Za-z]+)\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex ValueName();
}
