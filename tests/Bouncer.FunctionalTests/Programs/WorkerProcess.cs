using System.Diagnostics;
using System.Globalization;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>The published bouncers-firewall as its own process, started from a folder that is not its own.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly RunningProgram _program;

    private WorkerProcess(string program, IReadOnlyDictionary<string, string?> settings, string[] arguments) =>
        _program = new(program, arguments, settings);

    public int Id => _program.Id;

    public string Output => _program.Output;

    public string Errors => _program.Errors;

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<ProgramResult> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        await using var worker = await StartAsync(settings, arguments);
        return await worker._program.EndAsync();
    }

    /// <summary>Starts it, and does not wait for what it does.</summary>
    public static async Task<WorkerProcess> StartAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments) =>
        new(await NativePrograms.FirewallAsync(), settings, arguments);

    /// <summary>Sends SIGTERM, as systemd does, and returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return (await _program.EndAsync()).ExitCode;
    }

    /// <summary>Sends SIGKILL.</summary>
    public Task KillAsync() => _program.KillAsync();

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
