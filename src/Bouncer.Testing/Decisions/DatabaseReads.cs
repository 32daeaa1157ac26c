namespace Bouncer.Testing.Decisions;

/// <summary>Counts what one request reads of the decisions table, and refuses when a planned fault says so.</summary>
internal sealed class DatabaseReads
{
    private int? _left;

    // 1.4.6 has no pages: its one question fails wherever the table does.
    public DatabaseReads(Fault? fault, LocalApiDialect dialect)
    {
        var pages = fault is { Database: true } ? 0 : fault?.DatabaseAfterPages;
        _left = pages is not null && dialect == LocalApiDialect.V146 ? 0 : pages;
    }

    public bool TryNext() => _left is null || _left-- > 0;
}
