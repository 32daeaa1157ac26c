using System.Globalization;

namespace Bouncer.Firewall.Nftables;

/// <summary>The outcome of an nft call. Its text contains no address, although nft quotes the lines with errors.</summary>
/// <param name="Fault">The kind of fault.</param>
/// <param name="Reason">The message of the kernel or of nft.</param>
internal readonly record struct NftOutcome(NftFault Fault, string Reason)
{
    private const int LongestReason = 200;

    /// <summary>Higher exit codes mean that a signal ended the process.</summary>
    private const int LastExitCode = 128;

    /// <summary>The lines of the script, from 1, that name something that does not exist. The kernel tries all lines and reports each.</summary>
    internal IReadOnlyList<int> LinesNotThere { get; private init; } = [];

    internal static NftOutcome Success { get; } = new(NftFault.None, "");

    /// <summary>Interprets an exit code and the error output.</summary>
    internal static NftOutcome From(int exitCode, string errors)
    {
        if (exitCode == 0)
        {
            return Success;
        }

        // The lines after the first quote the script, or follow from the first.
        var line = errors.Split('\n')[0].TrimEnd();
        return new(exitCode > LastExitCode ? NftFault.Failed : FaultOf(line), ReasonIn(line) ?? $"exit code {exitCode}")
        {
            LinesNotThere = [.. errors.Split('\n').Where(text => FaultOf(text) == NftFault.NotThere).Select(LineIn).OfType<int>()],
        };
    }

    /// <exception cref="FirewallException">The call ended with a fault.</exception>
    internal void ThrowIfFault()
    {
        if (Fault != NftFault.None)
        {
            throw ToException();
        }
    }

    internal FirewallException ToException() => Fault switch
    {
        NftFault.Forbidden => new(FirewallErrorKind.Forbidden, $"nft may not do this ({Reason}): run as root, or with the capability CAP_NET_ADMIN."),
        NftFault.Unsupported => new(FirewallErrorKind.Missing, $"nftables cannot be used here ({Reason}): it needs a kernel with nf_tables, and an nft built with JSON."),
        NftFault.NotThere or NftFault.Differs => new(FirewallErrorKind.Changed, $"The table is not as it was read just now, or the kernel lacks a part that its rules need ({Reason}); it is read again and mended."),
        NftFault.Failed => new(FirewallErrorKind.Failed, $"nft did not come to its end ({Reason}). Look for what kills it, or for a lack of memory, in the kernel's log."),
        _ => new(FirewallErrorKind.Failed, $"nft refuses what was written ({Reason}). If this stays, remove the table by hand and look into the kernel's log."),
    };

    private static NftFault FaultOf(string line) => line switch
    {
        _ when Has(line, "not permitted") || Has(line, "Permission denied") => NftFault.Forbidden,
        _ when Has(line, "No such file") => NftFault.NotThere,
        _ when Has(line, "File exists") => NftFault.Differs,
        _ when Has(line, "not supported") || Has(line, "JSON support") => NftFault.Unsupported,
        _ when Has(line, "Cannot allocate memory") || Has(line, "Out of memory") || Has(line, "No buffer space") || Has(line, "busy") || Has(line, "Interrupted") => NftFault.Failed,
        _ => NftFault.Refused,
    };

    /// <summary>The system's text for an error: what follows the last colon.</summary>
    private static string? ReasonIn(string line)
    {
        var reason = line[(line.LastIndexOf(": ", StringComparison.Ordinal) is >= 0 and var at ? at + 2 : 0)..];
        var mayBeAddress = reason.Length > LongestReason || reason.Any(letter => char.IsAsciiDigit(letter) || char.IsControl(letter) || letter == ':');
        return reason.Length == 0 ? null : mayBeAddress ? "an error of nft's" : reason;
    }

    /// <summary>The line of the script that an error is about: <c>file:line:from-to: Error: ...</c></summary>
    private static int? LineIn(string error) =>
        error.IndexOf(": Error", StringComparison.Ordinal) is > 0 and var end
        && error[..end].Split(':') is [.., var line, _]
        && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
