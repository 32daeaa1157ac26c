using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Bouncer.Firewall.Comparison;

/// <summary>How long it takes until bans stop packets, and what that costs.</summary>
internal static class TimeTable
{
    private const int Delta = 1000;
    private const int Samples = 50;

    private static readonly TimeSpan s_deadline =
        TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("DEADLINE") ?? "300", CultureInfo.InvariantCulture));

    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(12);

    internal static async Task PrintAsync(Subject[] subjects, int[] sizes)
    {
        Console.WriteLine($"""

            Bans of single IPv4 addresses, until packets from {Samples} of them, spread over all, are stopped. "After the pull" begins with
            the last byte of LAPI's answer. CPU is the program's with its children; memory is the program's {s_rest.TotalSeconds:0} s later, its peak + its
            largest child's.

            "Whole" is until the worker says that the firewall holds the decisions; "again" is the same after kill -9, with all of them still in
            the kernel; "meanwhile" is a ban made while it starts again, from the end of cscli until it is in force.

            | decisions | program | enforced | from its start | after the pull | CPU | memory at rest | peak |
            |---:|---|---:|---:|---:|---:|---:|---:|
            """);
        foreach (var size in sizes)
        {
            await PrintAsync(subjects, size);
        }
    }

    private static async Task PrintAsync(Subject[] subjects, int size)
    {
        await using var arena = await Arena.StartAsync();
        var all = await arena.BanAsync(size, 16);
        List<Subject> inTime = [];
        foreach (var subject in subjects)
        {
            if (await StartAsync(arena, subject, all))
            {
                inTime.Add(subject);
            }
        }

        byte firstByte = 32;
        foreach (var subject in inTime)
        {
            await AddAsync(arena, subject, all, firstByte++);
        }

        foreach (var subject in inTime.OfType<OurWorker>())
        {
            await RestartAsync(arena, subject, all);
        }
    }

    private static async Task<bool> StartAsync(Arena arena, Subject subject, IPAddress[] all)
    {
        var begin = Stopwatch.GetTimestamp();
        var process = arena.Start(subject);
        using ProcessCost cost = new(process);
        var end = await UntilEnforcedAsync(arena, subject, process, all);
        await RowAsync($"{all.Length:N0}", subject, arena, begin, end, arena.Relay.PulledAt("startup=true"), cost, 0);
        arena.End(process);
        return end is not null;
    }

    private static async Task AddAsync(Arena arena, Subject subject, IPAddress[] all, byte firstByte)
    {
        var process = arena.Start(subject);
        using ProcessCost cost = new(process);
        await UntilEnforcedAsync(arena, subject, process, all);
        var before = cost.CpuSeconds;
        var added = await arena.BanAsync(Delta, firstByte);
        var end = await UntilEnforcedAsync(arena, subject, process, added);
        await RowAsync($"+{Delta:N0}", subject, arena, null, end, end is { } moment ? arena.Relay.LastFullPullBefore(moment) : null, cost, before);
        arena.End(process);
    }

    private static async Task RestartAsync(Arena arena, OurWorker subject, IPAddress[] all)
    {
        var (process, begin) = (arena.Start(subject), Stopwatch.GetTimestamp());
        using ProcessCost first = new(process);
        var end = await UntilWholeAsync(arena, subject, process);
        await RowAsync($"{all.Length:N0}, whole", subject, arena, begin, end, arena.Relay.PulledAt("startup=true"), first, 0);
        Arena.Kill(process);
        arena.Relay.Clear();

        (process, begin) = (arena.Start(subject), Stopwatch.GetTimestamp());
        using ProcessCost again = new(process);
        var whole = UntilWholeAsync(arena, subject, process);
        var added = await arena.BanAsync(1, 64);
        var banned = Stopwatch.GetTimestamp();
        var stopped = await UntilEnforcedAsync(arena, subject, process, added);
        end = await whole;
        await RowAsync($"{all.Length:N0}, again", subject, arena, begin, end, arena.Relay.PulledAt("startup=true"), again, 0);
        await RowAsync("+1 meanwhile", subject, arena, banned, stopped, null, again, again.CpuSeconds);
        arena.End(process);
    }

    private static Task<long?> UntilWholeAsync(Arena arena, OurWorker subject, Process process) =>
        Arena.UntilAsync(() => process.HasExited || arena.HasLogged(subject, "holds the decisions"), s_deadline);

    private static async Task<long?> UntilEnforcedAsync(Arena arena, Subject subject, Process process, IPAddress[] addresses)
    {
        // The last one as well: what is written in order is not taken for whole before its end.
        IPAddress[] samples = [.. Enumerable.Range(0, Samples).Select(i => addresses[(int)((long)i * (addresses.Length - 1) / (Samples - 1))])];
        var end = await Arena.UntilAsync(() => process.HasExited || arena.Probe.SendFrom(samples).Count == 0, s_deadline);
        return process.HasExited ? throw new InvalidOperationException($"{subject.Name} ended:\n{arena.LogOf(subject)}") : end;
    }

    private static async Task RowAsync(string decisions, Subject subject, Arena arena, long? begin, long? end, long? pulled, ProcessCost cost, double cpuBefore)
    {
        var cpu = cost.CpuSeconds - cpuBefore;
        await Task.Delay(s_rest);
        var (own, child) = cost.PeakMegabytes;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {decisions} | {subject.Name} | {arena.CountElements():N0} | {Seconds(begin, end)} | {Seconds(pulled, end)} | {cpu:0.0} s | {cost.Megabytes:0} MB | {own:0} + {child:0} MB |"));
    }

    private static string Seconds(long? from, long? to) =>
        from is { } begin
            ? to is { } end ? string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(begin, end).TotalSeconds:0.00} s") : $"not in {s_deadline.TotalSeconds:0} s"
            : "";
}
