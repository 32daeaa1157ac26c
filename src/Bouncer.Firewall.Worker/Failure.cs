using Bouncer.Firewall;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Worker;

/// <summary>Maps the exception that stopped the program to an exit code and a message for the operator: every error, without stack
/// traces.</summary>
internal sealed record Failure(int ExitCode, string Message)
{
    public static Failure? Explain(Exception error) => error switch
    {
        FirewallException firewall => new(Worker.ExitCode.Firewall, $"The firewall cannot be used: {firewall.Message}"),
        PlatformNotSupportedException system => new(Worker.ExitCode.Firewall, system.Message),
        LapiUnavailableException lapi => new(Worker.ExitCode.Lapi, lapi.Message),
        _ when Lines(error).Distinct().ToArray() is { Length: > 0 } lines =>
            new(Worker.ExitCode.Settings, "The settings are wrong:" + string.Concat(lines.Select(line => $"\n- {line}"))),
        _ => null,
    };

    private static IEnumerable<string> Lines(Exception error) => error switch
    {
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several => several.InnerExceptions.SelectMany(Lines),
        InvalidDataException { InnerException: { } inner } file => [$"{file.Message} {inner.Message}"],
        IOException or UnauthorizedAccessException or InvalidDataException or FormatException => [error.Message],
        _ => [],
    };
}
