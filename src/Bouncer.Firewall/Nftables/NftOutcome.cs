namespace Bouncer.Firewall.Nftables;

/// <summary>How a call of nft ended, in words that hold no address: nft quotes the lines that it complains about.</summary>
/// <param name="Fault">What was wrong.</param>
/// <param name="Reason">The kernel's or nft's own words for it.</param>
internal readonly record struct NftOutcome(NftFault Fault, string Reason)
{
    private const string Kernel = "Could not process rule: ";
    private const int LongestReason = 200;

    internal static NftOutcome Success { get; } = new(NftFault.None, "");

    /// <summary>Judges an exit code and what was printed with it.</summary>
    internal static NftOutcome From(int exitCode, string errors)
    {
        if (exitCode == 0)
        {
            return Success;
        }

        // After a fault in the cache nft goes on and fails again for want of it: the first line says why.
        var reason = errors.Split('\n').Select(ReasonIn).FirstOrDefault(text => text is not null) ?? $"exit code {exitCode}";
        return new(FaultOf(reason), reason);
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
        NftFault.NotThere => new(FirewallErrorKind.Failed, $"The table was changed by somebody else meanwhile ({Reason}); it is read again and mended."),
        _ => new(FirewallErrorKind.Failed, $"nft refuses what was written ({Reason}). If this stays, remove the table by hand and look into the kernel's log."),
    };

    private static NftFault FaultOf(string reason) => reason switch
    {
        _ when Has(reason, "not permitted") || Has(reason, "Permission denied") => NftFault.Forbidden,
        _ when Has(reason, "No such file") => NftFault.NotThere,
        _ when Has(reason, "not supported") || Has(reason, "JSON support") => NftFault.Unsupported,
        _ => NftFault.Refused,
    };

    private static string? ReasonIn(string line)
    {
        var at = line.IndexOf(Kernel, StringComparison.Ordinal);
        var start = at >= 0 ? at + Kernel.Length : line.IndexOf("Error: ", StringComparison.Ordinal) is >= 0 and var error ? error + "Error: ".Length : line.StartsWith("Operation not permitted", StringComparison.Ordinal) ? 0 : -1;
        if (start < 0)
        {
            return null;
        }

        var reason = line[start..].Trim();
        return reason.Length is 0 or > LongestReason || MayQuote(reason) ? "an error of nft's" : reason;
    }

    private static bool MayQuote(string reason) =>
        reason.Any(letter => char.IsAsciiDigit(letter) || char.IsControl(letter)) || (reason.Contains(':', StringComparison.Ordinal) && !Has(reason, "cache initialization failed"));

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
