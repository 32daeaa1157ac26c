namespace Bouncer.Testing.Decisions;

/// <summary>Counts what one request reads from the decisions table, and fails if a fault is planned.</summary>
internal sealed class DatabaseReads
{
    private int? _left;

    // 1.4.6 has no pages: its only query fails if any part of the table does.
    public DatabaseReads(Fault? fault, LocalApiDialect dialect)
    {
        var pages = fault is { Database: true } ? 0 : fault?.DatabaseAfterPages;
        _left = pages is not null && dialect == LocalApiDialect.V146 ? 0 : pages;
    }

    public bool TryNext() => _left is null || _left-- > 0;
}
