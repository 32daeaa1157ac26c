using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Bouncer.Benchmarks.Verbs;

namespace Bouncer.Benchmarks.Startup;

/// <summary>This program once more, with another verb, in a process of its own. It ends with its input, and is ended by its
/// id if it does not.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly string _verb;
    private readonly CancellationTokenSource _deadline = new(Deadline);

    private ChildProcess(Process process, string verb)
    {
        _process = process;
        _verb = verb;
    }

    internal static ChildProcess Start(params string[] args)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, isHost ? [Assembly.GetExecutingAssembly().Location, .. args] : args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new ChildProcess(Process.Start(start)!, args[0]);
    }

    /// <summary>The next line that the process prints.</summary>
    /// <exception cref="VerbException">It ended, or printed nothing in time; what was wrong stands on the error output.</exception>
    internal async Task<string> ReadLineAsync()
    {
        try
        {
            return await _process.StandardOutput.ReadLineAsync(_deadline.Token) ?? throw new VerbException($"The process '{_verb}' ended without a result.");
        }
        catch (OperationCanceledException)
        {
            throw new VerbException($"The process '{_verb}' gave no result within {Deadline}.");
        }
    }

    internal async Task<ColdStartFigures> ReadFiguresAsync() =>
        JsonSerializer.Deserialize(await ReadLineAsync(), FiguresJson.Default.ColdStartFigures)!;

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        _deadline.Dispose();
    }
}
