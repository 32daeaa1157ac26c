using System.Diagnostics;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>The command line of the SDK.</summary>
internal static class Dotnet
{
    // A publish uses every core for a minute or two, and far longer on a machine that is busy otherwise.
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(20);

    /// <summary>Runs a command, which must succeed without a warning.</summary>
    internal static async Task RunAsync(string folder, params string[] arguments)
    {
        using var program = Process.Start(new ProcessStartInfo("dotnet", [.. arguments, "-nologo", "-nodeReuse:false"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["MSBUILDUSESERVER"] = "0" },
        })!;
        var result = await ProgramResult.OfAsync(program, s_deadline);
        Assert.True(result.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}:\n{result.Output}{result.Errors}");
        Assert.DoesNotContain("warning", result.Output, StringComparison.OrdinalIgnoreCase);
    }
}
