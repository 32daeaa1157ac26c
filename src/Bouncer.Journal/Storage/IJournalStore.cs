using System.Net;
using Bouncer.Journal.Entries;
using Bouncer.Journal.Ladder;

namespace Bouncer.Journal.Storage;

/// <summary>A database of the journal. Thread-safe.</summary>
internal interface IJournalStore : IAsyncDisposable
{
    /// <summary>Adds events, all or none.</summary>
    Task AddAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken);

    /// <summary>Takes some due entries one step down, all or none.</summary>
    /// <param name="step">The step.</param>
    /// <param name="from">The earliest due time.</param>
    /// <param name="before">The end of the due times.</param>
    /// <param name="most">The largest number of rows to take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many rows were taken: fewer than <paramref name="most"/> if none is left.</returns>
    Task<int> StepDownAsync(LadderStep step, DateTime from, DateTime before, int most, CancellationToken cancellationToken);

    /// <summary>Reads all entries from a time on, in their order.</summary>
    IAsyncEnumerable<JournalEntry> ReadAsync(DateTime from, DateTime before, CancellationToken cancellationToken);

    /// <summary>Reads the exact entries about an address.</summary>
    IAsyncEnumerable<JournalEntry> FindAsync(IPAddress address, CancellationToken cancellationToken);

    /// <summary>Deletes the exact entries about an address, and what they left in the files.</summary>
    /// <returns>How many there were.</returns>
    Task<int> EraseAsync(IPAddress address, CancellationToken cancellationToken);

    /// <summary>Has the database use the room of deleted rows again.</summary>
    Task TidyAsync(CancellationToken cancellationToken);
}
