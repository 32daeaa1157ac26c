using System.Net;
using System.Runtime.CompilerServices;
using Bouncer.Journal.Storage;
using Bouncer.Journal.Writing;

namespace Bouncer.Journal.Reading;

/// <summary>Reads and erases what is in the database, after what still waits to be written.</summary>
internal sealed class JournalReader(JournalQueue queue, IJournalStore store) : IJournal
{
    public async IAsyncEnumerable<JournalEntry> ReadAsync(DateTimeOffset from, DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await queue.FlushAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var entry in store.ReadAsync(from.UtcDateTime, before.UtcDateTime, cancellationToken).ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public async IAsyncEnumerable<JournalEntry> FindAsync(IPAddress address, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        await queue.FlushAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var entry in store.FindAsync(address, cancellationToken).ConfigureAwait(false))
        {
            yield return entry;
        }
    }

    public async Task<int> EraseAsync(IPAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        await queue.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await store.EraseAsync(address, cancellationToken).ConfigureAwait(false);
    }
}
