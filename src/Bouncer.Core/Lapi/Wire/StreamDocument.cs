using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>The stream's answer: <c>{"new":[…],"deleted":[…]}</c>, in either order; a list may be <c>null</c>, and one of them may
/// be absent. An object with neither is not an empty list: it is an error message or comes from another server.</summary>
internal sealed class StreamDocument : IJsonTokens
{
    private readonly UnusableDecisions _unusable = new();
    private readonly RowWriter _rows;
    private readonly IdWriter _ids = new();
    private readonly DecisionListReader _new;
    private readonly DecisionListReader _deleted;
    private DecisionListReader? _list;
    private bool _hasNew;
    private bool _hasDeleted;
    private At _at;
    private ValueSkipper _skipper;

    internal StreamDocument(DecisionQuery query, TimeProvider time)
    {
        _rows = new RowWriter(query, time, _unusable);
        _new = new DecisionListReader(_rows, _unusable);
        _deleted = new DecisionListReader(_ids, new UnusableDecisions());
    }

    private enum At
    {
        Start = 0,
        Name,
        ListValue,
        List,
        SkippedValue,
    }

    /// <summary>The result, after the end of the document.</summary>
    internal StreamAnswer Answer => new(_rows.Rows, _ids.Ids, _unusable, _new.Count) { Ended = _rows.Ended };

    /// <inheritdoc/>
    public void Take(ref JsonPiece piece)
    {
        _rows.Arrived();
        while (!IsInList(ref piece) && piece.Reader.Read())
        {
            TakeToken(ref piece.Reader);
        }
    }

    /// <summary>Continues to read an open list; returns true if it is still open.</summary>
    private bool IsInList(ref JsonPiece piece)
    {
        if (_at == At.List && _list!.Take(ref piece))
        {
            _at = At.Name;
        }

        return _at == At.List;
    }

    private void TakeToken(ref Utf8JsonReader reader)
    {
        switch (_at)
        {
            case At.Start:
                Expect(reader.TokenType == JsonTokenType.StartObject);
                _at = At.Name;
                break;
            case At.Name when reader.TokenType == JsonTokenType.EndObject:
                Expect(_hasNew || _hasDeleted);
                break;
            case At.Name:
                TakeName(ref reader);
                break;
            case At.ListValue:
                Expect(reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null);
                _at = reader.TokenType == JsonTokenType.StartArray ? At.List : At.Name;
                break;
            case At.SkippedValue:
                _at = _skipper.Skip(reader.TokenType) ? At.Name : At.SkippedValue;
                break;
        }
    }

    private void TakeName(ref Utf8JsonReader reader)
    {
        _at = At.ListValue;
        if (MemberName.Is(ref reader, "new"u8))
        {
            Expect(!_hasNew);
            _hasNew = true;
            _list = _new;
        }
        else if (MemberName.Is(ref reader, "deleted"u8))
        {
            Expect(!_hasDeleted);
            _hasDeleted = true;
            _list = _deleted;
        }
        else
        {
            _at = At.SkippedValue;
        }
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new JsonException("This is no answer of the decision stream.");
        }
    }
}
