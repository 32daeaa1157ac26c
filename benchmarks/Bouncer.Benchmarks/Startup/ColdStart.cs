using System.Diagnostics;
using System.Globalization;
using System.Net;
using Bouncer.Benchmarks.Verbs;

namespace Bouncer.Benchmarks.Startup;

/// <summary>What both cold processes are told, and how both measure.</summary>
internal sealed class ColdStart(Arguments arguments)
{
    /// <summary>Small beside what is measured, and so rare that asking does not take the time it measures.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>What has not happened by then does not happen.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private long _start;

    internal static string[] Options { get; } = ["url", "first", "remediation", "last", "value", "bytes"];

    internal Uri Url { get; } = new(arguments.Text("url"));

    /// <summary>An address of the first decision, and what is to happen to it.</summary>
    internal IPAddress First { get; } = IPAddress.Parse(arguments.Text("first"));

    internal string Remediation { get; } = arguments.Text("remediation");

    /// <summary>An address of the last decision, and the decision's value.</summary>
    internal IPAddress Last { get; } = IPAddress.Parse(arguments.Text("last"));

    internal string Value { get; } = arguments.Text("value");

    /// <summary>The length of the answer.</summary>
    internal long Bytes { get; } = long.Parse(arguments.Text("bytes"), CultureInfo.InvariantCulture);

    internal void StartClock() => _start = Stopwatch.GetTimestamp();

    /// <summary>Waits until something is so; the result is the time on the clock, in seconds.</summary>
    internal async Task<double> UntilAsync(Func<Task<bool>> isSo, string what)
    {
        using var tick = new PeriodicTimer(Tick);
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(_start) > Deadline)
            {
                throw new VerbException($"Not within {Deadline}: {what}.");
            }

            await tick.WaitForNextTickAsync();
        }

        return Stopwatch.GetElapsedTime(_start).TotalSeconds;
    }

    /// <summary>What the process took until now.</summary>
    internal static ColdStartFigures Measure(double first, double last, int decisions) =>
        new(first, last, PeakRssMb(), GC.GetTotalAllocatedBytes(precise: true) / 1e6, decisions);

    internal static void Print(ColdStartFigures figures) => FiguresJson.Print(figures, FiguresJson.Default.ColdStartFigures);

    private static double PeakRssMb()
    {
        const string name = "VmHWM:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
