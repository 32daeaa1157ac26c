using System.Collections.Concurrent;
using System.Diagnostics;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>A program as its own process, with settings in its environment. What it writes is kept.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    /// <summary>Starts it.</summary>
    /// <param name="program">A native program, or a .dll for the installed runtime.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="settings">Its settings; a colon in a key becomes two underscores.</param>
    /// <param name="folder">The folder it starts in; null for one that is not its own.</param>
    internal RunningProgram(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>> settings, string? folder = null)
    {
        var isManaged = program.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isManaged ? "dotnet" : program, isManaged ? [program, .. arguments] : arguments)
        {
            WorkingDirectory = folder ?? Path.GetTempPath(),
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

    internal int Id => _process.Id;

    internal bool HasExited => _process.HasExited;

    internal string Output => string.Join('\n', _output);

    internal string Errors => string.Join('\n', _errors);

    /// <summary>Returns what it serves once that answers; disposes of it when it does not.</summary>
    /// <param name="served">What owns this program.</param>
    /// <param name="answers">Asks once. An <see cref="HttpRequestException"/> means that it does not listen yet.</param>
    internal async Task<T> AnsweringAsync<T>(T served, Func<Task<bool>> answers)
        where T : IAsyncDisposable
    {
        try
        {
            await Eventually.TrueAsync(HasAnsweredAsync, s_deadline, "the program answers");
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }

        async Task<bool> HasAnsweredAsync()
        {
            Assert.False(HasExited, $"The program ended by itself:\n{Output}\n{Errors}");
            try
            {
                return await answers();
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    /// <summary>Waits until it has ended by itself, and for all that it wrote.</summary>
    internal async Task<ProgramResult> EndAsync()
    {
        using var deadline = new CancellationTokenSource(s_deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return new(_process.ExitCode, Output, Errors);
    }

    /// <summary>Sends SIGKILL, and returns when it has ended.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
