using System.Diagnostics;

namespace Bouncer.TestUtils;

/// <summary>How a program ended, and what it wrote.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Waits for the end of a started program whose streams are redirected; kills it, and what it started, at the deadline.</summary>
    /// <exception cref="TimeoutException">It had not ended by then.</exception>
    public static async Task<ProgramResult> OfAsync(Process program, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            var output = program.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = program.StandardError.ReadToEndAsync(deadline.Token);
            await program.WaitForExitAsync(deadline.Token);
            return new ProgramResult(program.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            program.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program.StartInfo.FileName} {string.Join(' ', program.StartInfo.ArgumentList)} has not ended within {limit.TotalSeconds:0} s.");
        }
    }
}
