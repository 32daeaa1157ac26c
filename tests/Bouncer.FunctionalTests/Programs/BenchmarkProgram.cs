using System.Diagnostics;
using System.Text.Json;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>benchmarks/Bouncer.Benchmarks as its own process.</summary>
internal static class BenchmarkProgram
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    /// <summary>Runs it to its end.</summary>
    public static async Task<ProgramResult> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [BuiltProgram.PathOf("Bouncer.Benchmarks"), .. arguments])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        return await ProgramResult.OfAsync(process, s_deadline);
    }

    /// <summary>Runs a verb that is to print one line of JSON and nothing else.</summary>
    public static async Task<JsonElement> MeasureAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments);
        Assert.True(exitCode == 0, errors);
        Assert.Empty(errors);
        Assert.EndsWith("\n", output, StringComparison.Ordinal);
        Assert.Single(output.TrimEnd('\n').Split('\n'));
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Runs a verb and keeps what it prints in a file.</summary>
    public static async Task<string> WriteAsync(string path, params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments);
        Assert.True(exitCode == 0, errors);
        await File.WriteAllTextAsync(path, output);
        return path;
    }
}
