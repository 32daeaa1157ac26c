using System.Net;

namespace Bouncer.Journal;

/// <summary>The journal: what was done to visitors by decisions, as exactly as it may still be known. Thread-safe.</summary>
/// <remarks>A call begins when all earlier events are written: while the database cannot be written, it waits until its token is
/// canceled. It throws what the database throws.</remarks>
public interface IJournal
{
    /// <summary>Reads the entries of a span of time: first those that are less exact, then the exact ones, each by time.</summary>
    /// <param name="from">The beginning. An entry belongs to the beginning of its own span of time.</param>
    /// <param name="before">The end, which is not part of the span.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<JournalEntry> ReadAsync(DateTimeOffset from, DateTimeOffset before, CancellationToken cancellationToken = default);

    /// <summary>Reads the entries about an address. Those that are older than three months no longer have it.</summary>
    /// <param name="address">The address. IPv4 and the same address written as IPv6 are one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<JournalEntry> FindAsync(IPAddress address, CancellationToken cancellationToken = default);

    /// <summary>Deletes the entries about an address, and overwrites them in the files of SQLite. PostgreSQL rewrites the table, but its
    /// write-ahead log and its backups are the operator's.</summary>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many entries there were.</returns>
    Task<int> EraseAsync(IPAddress address, CancellationToken cancellationToken = default);
}
