using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Bouncer.TestUtils;

/// <summary>src/Bouncer.Firewall.Worker as its own process, started from a folder that is not its own.</summary>
public sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private WorkerProcess(string? program, IReadOnlyDictionary<string, string?> settings, string[] arguments)
    {
        var start = new ProcessStartInfo(program ?? "dotnet", program is null ? [BuiltProgram, .. arguments] : arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    private static string BuiltProgram =>
        RepositoryRoot.Combine("artifacts", "bin", "Bouncer.Firewall.Worker", new DirectoryInfo(AppContext.BaseDirectory).Name, "bouncers-firewall.dll");

    /// <summary>Runs a verb to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments) =>
        RunAsync(null, settings, arguments);

    /// <summary>Runs a verb of a published program to its end.</summary>
    /// <param name="program">The program; null for the one that was built beside the tests.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="arguments">The verb and its options.</param>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string? program, IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        await using var worker = new WorkerProcess(program, settings, arguments);
        var exitCode = await worker.EndAsync();
        return (exitCode, worker.Output, worker.Errors);
    }

    /// <summary>Starts it, and returns at once.</summary>
    public static WorkerProcess Start(IReadOnlyDictionary<string, string?> settings, params string[] arguments) => new(null, settings, arguments);

    /// <summary>Sends SIGTERM, as systemd does, and returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    /// <summary>Sends SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<int> EndAsync()
    {
        using var deadline = new CancellationTokenSource(s_deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }
}
