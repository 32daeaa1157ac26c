using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>The answer on one address: a list of decisions, or <c>null</c> when there is none.</summary>
internal sealed class LiveDocument : IJsonTokens
{
    private readonly DecisionListReader _list;
    private bool _isOpen;

    internal LiveDocument(StreamQuery query, AnswerTime received)
    {
        var pool = new TextPool();
        _list = new DecisionListReader(new DecisionFields(pool), new DecisionMapper(query, received, pool), new SkippedDecisions(), areDeleted: false);
    }

    /// <summary>The usable decisions that still live, once the document is at its end.</summary>
    internal IReadOnlyList<Decision> Decisions => _list.Decisions;

    /// <inheritdoc/>
    public void Take(ref Utf8JsonReader reader)
    {
        if (_isOpen)
        {
            _list.Take(ref reader);
            return;
        }

        _isOpen = reader.TokenType == JsonTokenType.StartArray;
        if (!_isOpen && reader.TokenType != JsonTokenType.Null)
        {
            throw new JsonException("This is no answer on an address.");
        }
    }
}
