using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>The answer on one address: a list of decisions, or <c>null</c> when there is none.</summary>
internal sealed class LiveDocument : IJsonTokens
{
    private readonly SkippedDecisions _skipped = new();
    private readonly DecisionListReader _list;
    private bool _isOpen;

    internal LiveDocument(StreamQuery query, AnswerTime received) =>
        _list = new DecisionListReader(new DecisionFields(), new RowWriter(query, received, areDeleted: false), _skipped);

    /// <summary>The usable decisions that still live, once the document is at its end.</summary>
    internal IReadOnlyList<Decision> ToDecisions(TimeProvider time)
    {
        var rows = _list.Rows;
        return [.. Enumerable.Range(1, rows.Count).Select(row => rows.ToDecision(row, time))];
    }

    /// <summary>Whether there were decisions and none could be used: that is no word of a clean client.</summary>
    internal bool IsUnusable => _list.Rows.Count == 0 && _skipped.Count > 0;

    /// <inheritdoc/>
    public void Take(ref Utf8JsonReader reader)
    {
        while (!IsInList(ref reader) && reader.Read())
        {
            _isOpen = reader.TokenType == JsonTokenType.StartArray;
            if (!_isOpen && reader.TokenType != JsonTokenType.Null)
            {
                throw new JsonException("This is no answer on an address.");
            }
        }
    }

    /// <summary>Lets an open list read on; true if it is still open.</summary>
    private bool IsInList(ref Utf8JsonReader reader)
    {
        _isOpen = _isOpen && !_list.Take(ref reader);
        return _isOpen;
    }
}
