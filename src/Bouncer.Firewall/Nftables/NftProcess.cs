using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Bouncer.Firewall.Nftables;

/// <summary>Runs a program without a shell, with a minimal environment and no input, streams its output, and enforces a
/// deadline.</summary>
/// <param name="time">The clock for the deadline.</param>
/// <param name="begin">Called with the function that starts the process; must call it.</param>
internal sealed class NftProcess(TimeProvider time, Func<Func<Process>, Process> begin)
{
    /// <summary>Enough for an error about each line of a script that deletes elements.</summary>
    private const int KeptErrors = 512 * 1024;

    /// <summary>Runs a program until it exits.</summary>
    /// <param name="program">An absolute path.</param>
    /// <param name="arguments">The arguments, passed on as they are.</param>
    /// <param name="readAsync">Reads what it prints, to the end.</param>
    /// <param name="limit">How long it may take; it is killed then.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="FirewallException">It cannot be started, or took too long.</exception>
    internal async Task<NftOutcome> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        Func<Stream, CancellationToken, Task> readAsync,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(limit, time);
        using var process = begin(() => Start(program, arguments));
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var errors = ReadErrorsAsync(process.StandardError.BaseStream, both.Token);
        var read = readAsync(process.StandardOutput.BaseStream, both.Token);
        var rest = Task.WhenAll(errors, process.WaitForExitAsync(both.Token));
        try
        {
            await read.WaitAsync(both.Token).ConfigureAwait(false);
            await rest.WaitAsync(both.Token).ConfigureAwait(false);
            return NftOutcome.From(process.ExitCode, await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new FirewallException(FirewallErrorKind.TimedOut, $"nft did not end within {limit.TotalSeconds:0} s, and was stopped. Look for what keeps the system busy.", e);
        }
        finally
        {
            Kill(process);

            // No read may outlive the call.
            await both.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(read, rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Process Start(string program, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["LC_ALL"] = "C";
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new FirewallException(FirewallErrorKind.Missing, $"{program} cannot be started ({e.Message}): install nftables (apt install nftables), or set Bouncer:Firewall:Nftables:Program.", e);
        }
    }

    private static async Task<string> ReadErrorsAsync(Stream stderr, CancellationToken cancellationToken)
    {
        using MemoryStream kept = new();
        var buffer = new byte[4 * 1024];
        int read;
        while ((read = await stderr.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            kept.Write(buffer, 0, Math.Min(read, KeptErrors - (int)kept.Length));
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
