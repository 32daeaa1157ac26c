using System.Runtime.CompilerServices;
using System.Text.Json;
using Bouncer.Decisions;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads the elements of one list of decisions. Unusable decisions are counted and skipped; the content of a decision
/// never makes the document invalid.</summary>
/// <remarks>A whole list is usually read by a process that has just started. The method that reads each token is therefore
/// optimized immediately (<see cref="MethodImplOptions.AggressiveOptimization"/>), with its small parts inlined: the slow first
/// tier of these methods would take an eighth of the time.</remarks>
internal sealed class DecisionListReader(IDecisionWriter writer, UnusableDecisions unusable)
{
    // Created on demand, because most lists are empty.
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

    /// <summary>The number of elements read so far.</summary>
    internal int Count { get; private set; }

    /// <summary>Continues to read after the list's opening bracket. Returns true when the closing bracket was read, false when more
    /// data is needed.</summary>
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
