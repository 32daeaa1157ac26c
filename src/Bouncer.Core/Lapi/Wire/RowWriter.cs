using System.Text;
using Bouncer.Decisions;
using Bouncer.Net;

namespace Bouncer.Lapi.Wire;

/// <summary>Makes rows of what was read, or says why it cannot be one.</summary>
/// <param name="query">Which networks are believed.</param>
/// <param name="received">From when durations count.</param>
/// <param name="areDeleted">Whether these are entries of <c>deleted</c>, whose durations mean nothing and which may be as
/// wide as they like.</param>
internal sealed class RowWriter(StreamQuery query, AnswerTime received, bool areDeleted)
{
    private readonly KindPool _kinds = new();
    private readonly TextPool _values = new();

    internal DecisionRows Rows { get; } = new();

    /// <summary>Whether a member says nothing here.</summary>
    internal bool Ignores(DecisionField field) => field == DecisionField.Other || (areDeleted && field == DecisionField.Duration);

    /// <summary>Adds the decision, unless it already ended.</summary>
    /// <returns>Why it is unusable; null if it is not.</returns>
    internal string? Add(DecisionFields fields)
    {
        if (fields.Fault is not null)
        {
            return fields.Fault;
        }

        var kind = _kinds.Get(fields.Kind);
        if (kind.IsIncomplete || fields.Value.IsEmpty)
        {
            return SkipReason.MissingField;
        }

        if (areDeleted)
        {
            return Add(fields, kind, 0);
        }

        if (fields.Duration is not { } ahead)
        {
            return SkipReason.Duration;
        }

        return ahead > TimeSpan.Zero ? Add(fields, kind, received.Deadline(ahead)) : null;
    }

    private string? Add(DecisionFields fields, WireKind kind, long deadline)
    {
        var value = fields.Value;
        if (!kind.Scope.IsAddress)
        {
            Rows.Add(fields.Id, kind.NumberIn(Rows), _values.Get(value).Text, deadline);
            return null;
        }

        if (!IpParser.TryParsePrefix(value, out var prefix))
        {
            return SkipReason.Address;
        }

        if (!areDeleted && query.IsTooWide(prefix))
        {
            return SkipReason.TooWide;
        }

        var text = PrefixText.Is(value, prefix, kind.Scope) ? null : Encoding.ASCII.GetString(value);
        Rows.Add(fields.Id, kind.NumberIn(Rows), prefix, text, deadline);
        return null;
    }
}
