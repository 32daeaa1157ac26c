using System.Diagnostics;
using System.Text.Json;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>benchmarks/Bouncer.Benchmarks as its own process.</summary>
internal static class BenchmarkProgram
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    private static string Built =>
        RepositoryRoot.Combine("artifacts", "bin", "Bouncer.Benchmarks", new DirectoryInfo(AppContext.BaseDirectory).Name, "Bouncer.Benchmarks.dll");

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Built, .. args])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var deadline = new CancellationTokenSource(s_deadline);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Runs a verb that is to print one line of JSON and nothing else.</summary>
    public static async Task<JsonElement> MeasureAsync(params string[] args)
    {
        var (exitCode, output, errors) = await RunAsync(args);
        Assert.True(exitCode == 0, errors);
        Assert.Empty(errors);
        Assert.EndsWith("\n", output, StringComparison.Ordinal);
        Assert.Single(output.TrimEnd('\n').Split('\n'));
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Runs a verb and keeps what it prints in a file.</summary>
    public static async Task<string> WriteAsync(string path, params string[] args)
    {
        var (exitCode, output, errors) = await RunAsync(args);
        Assert.True(exitCode == 0, errors);
        await File.WriteAllTextAsync(path, output);
        return path;
    }
}
