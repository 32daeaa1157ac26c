using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

/// <summary>The calls of the program <c>nft</c>.</summary>
internal sealed class Nft(NftablesOptions options, TimeProvider time, NftMonitor? monitor, ILogger<NftablesBackend> logger)
{
    private const int LargestStructure = 64 * 1024 * 1024;
    private const int ElementsPerSecond = 5000;

    private static readonly TimeSpan ShortestLimit = TimeSpan.FromSeconds(30);
    private static readonly Version OldestVersion = new(0, 9, 3);
    private static readonly string[] UsualPrograms = ["/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"];

    private readonly NftProcess _process = new(time, start => monitor is null ? start() : monitor.Start(start));
    private string? _program;

    /// <summary>Writes lines as one transaction: all of them or none, even if this process or nft is killed.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="elements">The approximate number of elements in them.</param>
    /// <param name="cancellationToken">Stops nft, which may already have written.</param>
    internal async Task<NftOutcome> WriteAsync(IEnumerable<string> lines, int elements, CancellationToken cancellationToken)
    {
        using var script = NftScript.Write(lines);
        return await RunAsync(["-f", script.Path], DrainAsync, LimitFor(elements), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The time limit of a call with a number of elements.</summary>
    internal static TimeSpan LimitFor(int elements) => ShortestLimit + TimeSpan.FromSeconds(elements / ElementsPerSecond);

    /// <summary>Reads a table without its elements. nft avoids loading the elements only when it lists the whole ruleset without
    /// elements; for one table, chain or counter it loads all of them.</summary>
    internal async Task<NftStructure> ReadStructureAsync(string table, CancellationToken cancellationToken)
    {
        using MemoryStream json = new();
        var outcome = await RunAsync(["-j", "-t", "list", "ruleset", "inet"], (stdout, token) => CopyAsync(stdout, json, token), ShortestLimit, cancellationToken).ConfigureAwait(false);
        outcome.ThrowIfFault();
        try
        {
            return NftStructureReader.Read(json.GetBuffer().AsSpan(0, (int)json.Length), table);
        }
        catch (FormatException e)
        {
            throw NotUnderstood(e);
        }
    }

    /// <summary>Reads the elements of a set; none if the set does not exist. They are read as text: for JSON, nft takes twice the
    /// memory and rounds ends to seconds.</summary>
    internal async Task ReadElementsAsync(string table, NftSet set, TimeSpan limit, NftElementSeen seen, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await RunAsync(
                ["list", set.Kind, "inet", table, set.Name],
                (stdout, token) => NftElementReader.ReadAsync(stdout, set, seen, token),
                limit,
                cancellationToken).ConfigureAwait(false);
            if (outcome.Fault != NftFault.NotThere)
            {
                outcome.ThrowIfFault();
            }
        }
        catch (FormatException e)
        {
            throw NotUnderstood(e);
        }
    }

    private static FirewallException NotUnderstood(FormatException e) =>
        new(FirewallErrorKind.Failed, $"What nft printed is not understood: {e.Message} Is Bouncer:Firewall:Nftables:Program the program nft?", e);

    private async Task<NftOutcome> RunAsync(
        IReadOnlyList<string> arguments,
        Func<Stream, CancellationToken, Task> readAsync,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        _program ??= await FindAsync(cancellationToken).ConfigureAwait(false);
        return await _process.RunAsync(_program, arguments, readAsync, limit, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        var program = options.Program ?? Array.Find(UsualPrograms, File.Exists);
        if (program is null || !Path.IsPathRooted(program) || !File.Exists(program))
        {
            throw new FirewallException(FirewallErrorKind.Missing, $"There is no {program ?? "nft"}: install nftables (apt install nftables), or set Bouncer:Firewall:Nftables:Program to the absolute path of nft.");
        }

        using MemoryStream printed = new();
        var outcome = await _process.RunAsync(program, ["--version"], (stdout, token) => CopyAsync(stdout, printed, token), ShortestLimit, cancellationToken).ConfigureAwait(false);
        outcome.ThrowIfFault();
        var version = NftVersion.Read(printed.GetBuffer().AsSpan(0, (int)printed.Length));
        if (version is null || version < OldestVersion)
        {
            throw new FirewallException(FirewallErrorKind.TooOld, $"{program} is of version {version?.ToString() ?? "unknown"}; {OldestVersion} is the oldest that will do: update nftables.");
        }

        logger.UsesNft(program, version);
        return program;
    }

    private static Task DrainAsync(Stream stdout, CancellationToken cancellationToken) => stdout.CopyToAsync(Stream.Null, cancellationToken);

    private static async Task CopyAsync(Stream stdout, MemoryStream copy, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stdout.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (copy.Length + read > LargestStructure)
            {
                throw new FirewallException(FirewallErrorKind.Failed, $"nft lists more than {LargestStructure / 1024 / 1024} MB of rules; no more is read.");
            }

            copy.Write(buffer, 0, read);
        }
    }
}
