using System.Runtime.CompilerServices;
using System.Text.Json;
using Bouncer.Decisions;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads the elements of one list of decisions. What is unusable is counted and left out; nothing that stands in a
/// decision is an error of the document.</summary>
/// <remarks>A whole list is mostly read by a process that just started. What takes each of its tokens is compiled at its best
/// at once (<see cref="MethodImplOptions.AggressiveOptimization"/>), and its small parts into it: the first, slow and counting
/// versions of these methods would take an eighth of the time.</remarks>
internal sealed class DecisionListReader(IDecisionWriter writer, UnusableDecisions unusable)
{
    // Most lists are empty and need none.
    private DecisionFields? _fields;
    private At _at;
    private DecisionField _field;
    private ValueSkipper _skipper;

    private enum At
    {
        Element = 0,
        Name,
        Value,
        SkippedValue,
        SkippedElement,
    }

    /// <summary>How many elements the list has so far.</summary>
    internal int Count { get; private set; }

    /// <summary>Reads on behind the list's opening bracket; true when the closing one was read, false when there are no more
    /// tokens for now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Take(ref JsonPiece piece)
    {
        ref var reader = ref piece.Reader;
        while (reader.Read())
        {
            switch (_at)
            {
                case At.Element when reader.TokenType == JsonTokenType.EndArray:
                    return true;
                case At.Element:
                    TakeElement(reader.TokenType);
                    break;
                case At.Name when reader.TokenType == JsonTokenType.EndObject:
                    writer.Add(_fields!);
                    _at = At.Element;
                    TakePlain(ref piece);
                    break;
                case At.Name:
                    _field = MemberName.Field(ref reader);
                    _at = writer.Ignores(_field) ? At.SkippedValue : At.Value;
                    break;
                case At.Value:
                    _fields!.Set(_field, ref reader);
                    Skip(reader.TokenType, At.SkippedValue, At.Name);
                    break;
                case At.SkippedValue:
                    Skip(reader.TokenType, At.SkippedValue, At.Name);
                    break;
                case At.SkippedElement:
                    Skip(reader.TokenType, At.SkippedElement, At.Element);
                    break;
            }
        }

        return false;
    }

    /// <summary>Takes the decisions that follow an element and need no tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakePlain(ref JsonPiece piece)
    {
        var rest = piece.Rest;
        var taken = 0;
        while (PlainDecision.TryTake(rest[taken..], _fields!, writer, out var length))
        {
            Count++;
            writer.Add(_fields!);
            taken += length;
        }

        if (taken > 0)
        {
            piece.Skip(taken);
        }
    }

    private void TakeElement(JsonTokenType token)
    {
        Count++;
        if (token == JsonTokenType.StartObject)
        {
            _fields ??= new DecisionFields();
            _fields.Clear();
            _at = At.Name;
        }
        else
        {
            unusable.Add(SkipReason.Shape, id: 0, deadline: null);
            Skip(token, At.SkippedElement, At.Element);
        }
    }

    private void Skip(JsonTokenType token, At during, At after) => _at = _skipper.Skip(token) ? after : during;
}
