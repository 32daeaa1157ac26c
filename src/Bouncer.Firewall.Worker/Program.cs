using System.CommandLine;
using Bouncer.Firewall.Worker;
using Bouncer.Firewall.Worker.Verbs;

// The host handles SIGTERM and Ctrl+C itself, with its own timeout; errors are reported below.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
try
{
    var parsed = WorkerCommand.Create().Parse(args);
    var exitCode = await parsed.InvokeAsync(invocation);
    return parsed.Errors.Count > 0 ? ExitCode.Settings : exitCode;
}
catch (Exception error) when (Failure.Explain(error) is { } failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return failure.ExitCode;
}
