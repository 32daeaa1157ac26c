using System.Runtime.CompilerServices;
using System.Text.Json;
using Bouncer.Decisions;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads the elements of one list of decisions. What is unusable is counted and left out; nothing that stands in a
/// decision is an error of the document.</summary>
/// <remarks>A whole list is mostly read by a process that just started. What takes each of its tokens is compiled at its best
/// at once (<see cref="MethodImplOptions.AggressiveOptimization"/>), and its small parts into it: the first, slow and counting
/// versions of these methods would take an eighth of the time.</remarks>
internal sealed class DecisionListReader(DecisionFields fields, RowWriter writer, SkippedDecisions skipped)
{
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

    internal DecisionRows Rows => writer.Rows;

    /// <summary>Reads on behind the list's opening bracket; true when the closing one was read, false when there are no more
    /// tokens for now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Take(ref Utf8JsonReader reader)
    {
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
                    Add();
                    _at = At.Element;
                    break;
                case At.Name:
                    _field = MemberName.Field(ref reader);
                    _at = writer.Ignores(_field) ? At.SkippedValue : At.Value;
                    break;
                case At.Value:
                    fields.Set(_field, ref reader);
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

    private void TakeElement(JsonTokenType token)
    {
        if (token == JsonTokenType.StartObject)
        {
            fields.Clear();
            _at = At.Name;
        }
        else
        {
            skipped.Add(SkipReason.Shape);
            Skip(token, At.SkippedElement, At.Element);
        }
    }

    private void Skip(JsonTokenType token, At during, At after) => _at = _skipper.Skip(token) ? after : during;

    private void Add()
    {
        if (writer.Add(fields) is { } fault)
        {
            skipped.Add(fault);
        }
    }
}
