using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Gateway;

// Turns what stopped the start into the lines an operator needs: every error, and no stack.
internal static class StartError
{
    public static string? Explain(Exception error)
    {
        var lines = Lines(error).Distinct().ToArray();
        return lines.Length == 0 ? null : "The gateway cannot start:" + string.Concat(lines.Select(line => $"\n- {line}"));
    }

    private static IEnumerable<string> Lines(Exception error) => error switch
    {
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several => several.InnerExceptions.SelectMany(Lines),
        InvalidOperationException { InnerException: AggregateException several } => Lines(several),
        ArgumentException or InvalidOperationException or IOException or SocketException or InvalidDataException or FormatException => [error.Message],
        _ => [],
    };
}
