using System.Diagnostics;
using System.Globalization;

namespace Bouncer.Firewall.Comparison;

/// <summary>What a process and its children cost, from /proc.</summary>
internal sealed class ProcessCost : IDisposable
{
    private readonly int _process;
    private readonly Timer _timer;
    private long _largestChild;

    internal ProcessCost(Process process)
    {
        _process = process.Id;
        _timer = new Timer(_ => LookAtChildren(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
    }

    /// <summary>Seconds of processors used so far, children that ended included.</summary>
    internal double CpuSeconds
    {
        get
        {
            // After the name, which stands in brackets, user and system time are fields 12 and 13, those of children 14 and 15.
            var text = File.ReadAllText($"/proc/{_process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[11..15].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / 100.0;
        }
    }

    /// <summary>The memory that the process has now, in MB.</summary>
    internal double Megabytes => Memory(_process, "VmRSS:") / 1024.0;

    /// <summary>The most memory that the process ever had, in MB, and the most that a child was seen with.</summary>
    internal (double Process, double Child) PeakMegabytes => (Memory(_process, "VmHWM:") / 1024.0, Volatile.Read(ref _largestChild) / 1024.0);

    public void Dispose() => _timer.Dispose();

    private void LookAtChildren()
    {
        try
        {
            foreach (var thread in Directory.GetDirectories($"/proc/{_process}/task"))
            {
                foreach (var child in File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    Look(int.Parse(child, CultureInfo.InvariantCulture));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at.
        }
    }

    // Until a child begins its own program, what it has is its parent's.
    private void Look(int child)
    {
        if (Program(child) != Program(_process))
        {
            _largestChild = Math.Max(_largestChild, Memory(child, "VmHWM:"));
        }
    }

    private static string? Program(int process) => File.ResolveLinkTarget($"/proc/{process}/exe", returnFinalTarget: false)?.FullName;

    private static long Memory(int process, string kind) =>
        File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(kind, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
            : 0;
}
