using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>The answer on one address: a list of decisions, or <c>null</c> when there is none.</summary>
internal sealed class LiveDocument : IJsonTokens
{
    private readonly SkippedDecisions _skipped = new();
    private readonly DecisionListReader _list;
    private bool _isOpen;

    internal LiveDocument(StreamQuery query, AnswerTime received)
    {
        var pool = new TextPool();
        _list = new DecisionListReader(new DecisionFields(pool), new DecisionMapper(query, received, pool), _skipped, areDeleted: false);
    }

    /// <summary>The usable decisions that still live, once the document is at its end.</summary>
    internal IReadOnlyList<Decision> Decisions => _list.Decisions;

    /// <summary>Whether there were decisions and none could be used: that is no word of a clean client.</summary>
    internal bool IsUnusable => _list.Decisions.Count == 0 && _skipped.Count > 0;

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
