using System.CommandLine;
using Bouncer.Firewall.Worker;
using Bouncer.Firewall.Worker.Verbs;

// The host ends itself on SIGTERM and Ctrl+C, in its own time; errors are told below.
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
