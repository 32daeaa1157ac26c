using System.Runtime.CompilerServices;
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

        long deadline = 0;
        if (!areDeleted)
        {
            if (fields.Duration is not { } ahead)
            {
                return SkipReason.Duration;
            }

            if (ahead <= TimeSpan.Zero)
            {
                return null;
            }

            deadline = received.Deadline(ahead);
        }

        return kind.IsAddress ? AddNetwork(fields, kind, deadline) : AddText(fields, kind, deadline);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private string? AddNetwork(DecisionFields fields, WireKind kind, long deadline)
    {
        if (!IpParser.TryParsePrefix(fields.Value, out var prefix))
        {
            return SkipReason.Address;
        }

        if (!areDeleted && query.IsTooWide(prefix))
        {
            return SkipReason.TooWide;
        }

        var text = PrefixText.Is(fields.Value, prefix, kind.Scope) ? null : Encoding.ASCII.GetString(fields.Value);
        Rows.Add(fields.Id, kind.NumberIn(Rows), prefix, text, deadline);
        return null;
    }

    private string? AddText(DecisionFields fields, WireKind kind, long deadline)
    {
        Rows.Add(fields.Id, kind.NumberIn(Rows), _values.Get(fields.Value).Text, deadline);
        return null;
    }
}
