using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads the elements of one list of decisions. What is unusable is counted and left out; nothing that stands in a
/// decision is an error of the document.</summary>
internal sealed class DecisionListReader(DecisionFields fields, DecisionMapper mapper, SkippedDecisions skipped, bool areDeleted)
{
    private readonly List<Decision> _decisions = [];
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

    internal IReadOnlyList<Decision> Decisions => _decisions;

    /// <summary>Takes a token behind the list's opening bracket; true when it is the closing one.</summary>
    internal bool Take(ref Utf8JsonReader reader)
    {
        switch (_at)
        {
            case At.Element:
                return TakeElement(ref reader);
            case At.Name when reader.TokenType == JsonTokenType.EndObject:
                Add();
                _at = At.Element;
                break;
            case At.Name:
                _field = DecisionFields.Name(ref reader);
                var isIgnored = _field == DecisionField.Other || (areDeleted && _field == DecisionField.Duration);
                _at = isIgnored ? At.SkippedValue : At.Value;
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

        return false;
    }

    private bool TakeElement(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            return true;
        }

        if (reader.TokenType == JsonTokenType.StartObject)
        {
            fields.Clear();
            _at = At.Name;
        }
        else
        {
            skipped.Add(SkipReason.Shape);
            Skip(reader.TokenType, At.SkippedElement, At.Element);
        }

        return false;
    }

    private void Skip(JsonTokenType token, At during, At after) => _at = _skipper.Skip(token) ? after : during;

    private void Add()
    {
        var decision = areDeleted ? mapper.MapDeleted(fields, out var fault) : mapper.Map(fields, out fault);
        if (fault is not null)
        {
            skipped.Add(fault);
        }
        else if (decision is not null)
        {
            _decisions.Add(decision);
        }
    }
}
