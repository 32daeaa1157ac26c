namespace Bouncer.Benchmarks.Verbs;

/// <summary>A verb of the program.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Usage">Its options, and what it prints.</param>
/// <param name="Options">The options' names, without the dashes.</param>
/// <param name="Work">Does the work and prints the result.</param>
internal sealed record Verb(string Name, string Usage, string[] Options, Func<Arguments, Task> Work)
{
    /// <summary>Runs the verb; the result is the exit code.</summary>
    internal async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help" or "-h"])
        {
            await Console.Error.WriteLineAsync($"Usage: {Usage}");
            return 0;
        }

        try
        {
            await Work(new Arguments(args, Options));
            return 0;
        }
        catch (UsageException fault)
        {
            await Console.Error.WriteLineAsync($"{Name}: {fault.Message}\nUsage: {Usage}");
            return 2;
        }
        catch (Exception fault) when (fault is VerbException or IOException)
        {
            await Console.Error.WriteLineAsync($"{Name}: {fault.Message}");
            return 1;
        }
    }
}
