using System.Text.RegularExpressions;

namespace Bouncer.Testing.Tests;

/// <summary>A file of recorded requests and answers, step by step.</summary>
public sealed partial class Recording
{
    /// <summary>A body of more than 10 MiB, which a recording does not hold.</summary>
    public const string LargeFile = "@tmp/big.bin";

    private Recording(IReadOnlyList<Step> steps) => Steps = steps;

    public IReadOnlyList<Step> Steps { get; }

    public static Recording Load(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Recordings", name));
        var steps = new List<Step>();
        var title = "";
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("### ", StringComparison.Ordinal))
            {
                title = lines[i][4..];
            }
            else if (WaitLine().Match(lines[i]) is { Success: true } wait)
            {
                steps.Add(new Wait(double.Parse(wait.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)));
            }
            else if (lines[i].StartsWith("$ cscli ", StringComparison.Ordinal))
            {
                steps.Add(new Command(lines[i][8..].Split(' ')));
            }
            else if (lines[i].StartsWith("$ sqlite3 ", StringComparison.Ordinal))
            {
                steps.Add(new Statement(Quoted().Match(lines[i]).Groups[1].Value));
            }
            else if (lines[i].StartsWith("$ curl ", StringComparison.Ordinal))
            {
                var end = Array.FindIndex(lines, i, line => line.StartsWith("<- HTTP ", StringComparison.Ordinal));
                steps.Add(ReadExchange(title, lines[i], lines[(i + 1)..end], lines[end]));
                i = end;
            }
        }

        return new Recording(steps);
    }

    private static Exchange ReadExchange(string title, string curl, string[] output, string result)
    {
        var arguments = Quoted().Matches(curl).Select(match => match.Groups[1].Value).ToArray();
        var headers = arguments.Index().Where(a => a.Item == "-H").Select(a => arguments[a.Index + 1]).ToArray();
        var body = Array.FindIndex(arguments, a => a is "-d" or "--data") is >= 0 and var at
            ? arguments[at + 1]
            : Array.Find(arguments, a => a == LargeFile);
        var method = arguments.Contains("-I") ? HttpMethod.Head : arguments.Contains("POST") ? HttpMethod.Post : HttpMethod.Get;

        // With -I and -D curl prints the headers first, and an empty line after them.
        var headersEnd = output is [['H', 'T', 'T', 'P', '/', ..], ..] ? Array.IndexOf(output, "") : -1;
        var answer = output[(headersEnd + 1)..];
        var status = AnswerLine().Match(result);
        return new Exchange(
            title, method, new Uri(arguments[^1]).PathAndQuery[1..], headers, body,
            int.Parse(status.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), status.Groups[2].Value, string.Join('\n', answer).TrimEnd('\n'),
            headersEnd < 0 ? [] : output[1..headersEnd]);
    }

    [GeneratedRegex(@"^\(([\d.]+) s\)$")]
    private static partial Regex WaitLine();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("^<- HTTP ([0-9]+) (.*?) ?http/1.1$")]
    private static partial Regex AnswerLine();

    public abstract record Step;

    public sealed record Wait(double Seconds) : Step;

    public sealed record Command(string[] Arguments) : Step;

    public sealed record Statement(string Sql) : Step;

    public sealed record Exchange(
        string Title, HttpMethod Method, string Path, string[] Headers, string? Content, int Status, string ContentType, string Answer, string[] AnswerHeaders) : Step;
}
