using System.Diagnostics;

namespace Bouncer.TestUtils;

/// <summary>A named pipe into which nothing is written: who opens it for reading waits forever.</summary>
public static class NamedPipe
{
    /// <summary>Creates it.</summary>
    public static async Task CreateAsync(string path)
    {
        using var program = Process.Start(new ProcessStartInfo("mkfifo", [path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var result = await ProgramResult.OfAsync(program, TimeSpan.FromSeconds(10));
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException(result.Errors);
        }
    }
}
