using System.Text.Json;
using Bouncer.Net;

namespace Bouncer.Lapi.Wire;

/// <summary>The answer to a query: a list of decisions, or <c>null</c> if there are none.</summary>
internal sealed class LiveDocument : IJsonTokens
{
    private readonly UnusableDecisions _unusable = new();
    private readonly RowWriter _rows;
    private readonly DecisionListReader _list;
    private bool _isOpen;

    internal LiveDocument(DecisionQuery query, TimeProvider time)
    {
        _rows = new RowWriter(query, time, _unusable);
        _list = new DecisionListReader(_rows, _unusable);
    }

    /// <summary>The result, after the end of the document.</summary>
    internal ListAnswer Answer => new(_rows.Rows, _unusable, _list.Count);

    /// <summary>Returns what has been read so far.</summary>
    internal LiveReply ToReply(TimeProvider time)
    {
        var rows = _rows.Rows;
        return new([.. Enumerable.Range(1, rows.Count).Select(row => rows.ToDecision(row, time))], _unusable, _list.Count);
    }

    /// <summary>Whether a decision on an address with a remediation other than none has been read so far.</summary>
    internal bool HasDecisionOn(IpKey address)
    {
        for (var row = 1; row <= _rows.Rows.Count; row++)
        {
            if (_rows.Rows.Kind(row) is { Scope.IsAddress: true, Remediation.IsNone: false } && _rows.Rows.Prefix(row).Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public void Take(ref JsonPiece piece)
    {
        _rows.Arrived();
        while (!IsInList(ref piece) && piece.Reader.Read())
        {
            _isOpen = piece.Reader.TokenType == JsonTokenType.StartArray;
            if (!_isOpen && piece.Reader.TokenType != JsonTokenType.Null)
            {
                throw new JsonException("This is no answer on an address.");
            }
        }
    }

    /// <summary>Continues to read an open list; returns true if it is still open.</summary>
    private bool IsInList(ref JsonPiece piece)
    {
        _isOpen = _isOpen && !_list.Take(ref piece);
        return _isOpen;
    }
}
