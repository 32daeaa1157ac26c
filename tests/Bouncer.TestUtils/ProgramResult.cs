using System.Diagnostics;

namespace Bouncer.TestUtils;

/// <summary>How a program ended, and what it wrote.</summary>
public sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Waits for the end of a started program whose streams are redirected; kills it at the deadline.</summary>
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
            program.Kill();
            throw;
        }
    }
}
