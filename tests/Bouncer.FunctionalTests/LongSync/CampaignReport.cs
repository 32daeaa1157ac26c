using System.Globalization;

namespace Bouncer.FunctionalTests.LongSync;

/// <summary>What a campaign saw.</summary>
/// <param name="watch">The changes.</param>
/// <param name="imports">How many imports there were.</param>
/// <param name="locked">How many commands found LAPI's database locked.</param>
/// <param name="held">How many decisions both hold at the end; null if it was interrupted, with changes on the way.</param>
internal sealed class CampaignReport(ChangeWatch watch, int imports, int locked, (int InGateway, int InCrowdSec)? held)
{
    private const int MostListed = 20;

    /// <summary>What was wrong; empty if nothing was.</summary>
    public IReadOnlyList<string> Faults { get; } =
    [
        .. watch.All.Where(change => change.IsLate || (held is not null && !change.IsFollowed)).Select(Describe),
        .. watch.Undone,
        .. held is var (inGateway, inCrowdSec) && inGateway != inCrowdSec
            ? new[] { Text($"The gateway holds {inGateway} decisions, CrowdSec {inCrowdSec}") }
            : [],
    ];

    public void Print()
    {
        Console.WriteLine("                            changes  in time   median      p99      max");
        foreach (var kind in watch.All.GroupBy(change => change.Kind).OrderBy(kind => kind.Key.Result).ThenBy(kind => kind.Key.Name, StringComparer.Ordinal))
        {
            PrintLine(kind.Key.Name, [.. kind]);
        }

        PrintLine("all", watch.All);
        Console.WriteLine(Text($"{imports} imports; {locked} other commands found the database locked; {watch.Undone.Count} changes did not last"));
        if (held is var (inGateway, inCrowdSec))
        {
            Console.WriteLine(Text($"held at the end: {inGateway} by the gateway, {inCrowdSec} by CrowdSec"));
        }

        foreach (var fault in Faults.Take(MostListed))
        {
            Console.WriteLine(fault);
        }

        if (Faults.Count > MostListed)
        {
            Console.WriteLine(Text($"and {Faults.Count - MostListed} more"));
        }
    }

    private static void PrintLine(string name, IReadOnlyList<Change> changes)
    {
        var seconds = changes.Select(change => change.Latency.TotalSeconds).Order().ToArray();
        var inTime = changes.Count(change => change.IsFollowed && !change.IsLate);
        Console.WriteLine(Text($"{name,-27} {seconds.Length,7} {inTime,8} {At(0.5),6:0.00} s {At(0.99),6:0.00} s {At(1),6:0.00} s"));

        double At(double part) => seconds.Length == 0 ? 0 : seconds[Math.Max(0, (int)Math.Ceiling(part * seconds.Length) - 1)];
    }

    private static string Describe(Change change) => Text(
        $"{change.Client} {change.Kind.Name}: {(change.IsFollowed ? "followed after" : "not followed within")} {change.Latency.TotalSeconds:0.0} s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
