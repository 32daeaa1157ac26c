using System.Diagnostics;
using Bouncer.Firewall.Nftables;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>nft gets the whole script or none, and no part of one makes an element that stays.</summary>
public sealed class NftScriptTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200_000)]
    public async Task Script_ReadByAnotherProgram_IsWhole(int lines)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("nft is for Linux.");
        }

        using var script = NftScript.Write(Enumerable.Range(0, lines).Select(i => $"line {i}"));
        var (read, _) = await RunAsync("/bin/cat", script.Path);
        Assert.Equal(string.Concat(Enumerable.Range(0, lines).Select(i => $"line {i}\n")), read);
    }

    [Fact]
    public async Task Script_OnceWritten_CannotBeChanged()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("nft is for Linux.");
        }

        using var script = NftScript.Write(["flush ruleset"]);
        Assert.NotEqual(0, (await RunAsync("/bin/sh", "-c", $"echo more > {script.Path}")).ExitCode);
        Assert.NotEqual(0, (await RunAsync("/bin/sh", "-c", $"echo more >> {script.Path}")).ExitCode);
        Assert.Equal("flush ruleset\n", (await RunAsync("/bin/cat", script.Path)).Output);
    }

    /// <summary>The change that a renewed list makes, cut behind each of its lines.</summary>
    [Fact]
    public async Task Change_CutAfterEachLine_LeavesNoElementWithoutAnEnd()
    {
        using NftTable table = new();
        string[] networks = [.. Enumerable.Range(0, 1200).Select(i => $"10.0.{i / 256}.{i % 256}"), "192.0.2.0/24", "2001:db8::/64"];
        foreach (var network in networks)
        {
            table.Block(network, 600);
        }

        await table.ApplyAsync();
        foreach (var network in networks[..^3])
        {
            table.Block(network, 6000);
        }

        table.Block("198.51.100.7");
        table.Blocks.Remove(NftTable.Parse(networks[^3]));
        var change = table.Backend.PlanChanges(table.Blocks, [.. networks.Append("198.51.100.7").Select(NftTable.Parse)]);
        string[] lines = [.. change.Describe()];
        Assert.InRange(lines.Length, 8, 40);
        for (var kept = 1; kept <= lines.Length; kept++)
        {
            table.Net.Nft(string.Join('\n', lines[..kept]));
            Assert.All(table.Elements("ipv4_32"), element => Assert.InRange(element.Value, 0, 6001));
        }

        Assert.Equal(networks.Length - 2, table.Elements("ipv4_32").Count);
    }

    private static async Task<(string Output, int ExitCode)> RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (output, process.ExitCode);
    }
}
