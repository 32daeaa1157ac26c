using System.Runtime.CompilerServices;
using System.Text;
using Bouncer.Decisions;
using Bouncer.Net;

namespace Bouncer.Lapi.Wire;

/// <summary>Creates rows of the usable decisions that have not ended.</summary>
/// <param name="query">Which networks are accepted.</param>
/// <param name="time">The clock from which durations count.</param>
/// <param name="unusable">Receives the unusable decisions.</param>
internal sealed class RowWriter(DecisionQuery query, TimeProvider time, UnusableDecisions unusable) : IDecisionWriter
{
    private KindPool? _kinds;
    private TextPool? _values;
    private List<long>? _ended;
    private AnswerTime _received = new(time);

    internal DecisionRows Rows { get; } = new();

    /// <summary>The ids of the decisions that have ended: LAPI rounds the time left to seconds.</summary>
    internal IReadOnlyList<long> Ended => _ended ?? (IReadOnlyList<long>)[];

    /// <summary>Records that another part of the answer has arrived.</summary>
    internal void Arrived() => _received = new AnswerTime(time);

    public bool Ignores(DecisionField field) => field == DecisionField.Other;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(DecisionFields fields)
    {
        if (TryAdd(fields) is { } fault)
        {
            long? deadline = fields.Duration is { } ahead ? _received.Deadline(ahead < TimeSpan.Zero ? TimeSpan.Zero : ahead) : null;
            unusable.Add(fault, fields.Id, deadline, fields.Substitute);
        }
    }

    /// <summary>Adds the decision unless it has already ended.</summary>
    /// <returns>Why it is unusable; null if it is not.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private string? TryAdd(DecisionFields fields)
    {
        if (fields.Fault is not null)
        {
            return fields.Fault;
        }

        _kinds ??= new KindPool();
        var kind = _kinds.Get(fields.Kind);
        if (kind.IsIncomplete || !fields.HasType || fields.Value.IsEmpty)
        {
            return SkipReason.MissingField;
        }

        if (fields.Duration is not { } ahead)
        {
            return SkipReason.Duration;
        }

        if (ahead <= TimeSpan.Zero)
        {
            (_ended ??= []).Add(fields.IdOrSubstitute);
            return null;
        }

        var deadline = _received.Deadline(ahead);
        return kind.IsAddress ? AddNetwork(fields, kind, deadline) : AddText(fields, kind, deadline);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private string? AddNetwork(DecisionFields fields, WireKind kind, long deadline)
    {
        var value = fields.Value;
        if (!IpParser.TryParsePrefix(value, out var prefix))
        {
            return SkipReason.Address;
        }

        if (query.IsTooWide(prefix))
        {
            return SkipReason.TooWide;
        }

        var text = PrefixText.Is(value, prefix, kind.Scope) ? null : Encoding.ASCII.GetString(value);
        Rows.Add(fields.IdOrSubstitute, kind.NumberIn(Rows), prefix, text, deadline);
        return null;
    }

    private string? AddText(DecisionFields fields, WireKind kind, long deadline)
    {
        _values ??= new TextPool();
        Rows.Add(fields.IdOrSubstitute, kind.NumberIn(Rows), _values.Get(fields.Value).Text, deadline);
        return null;
    }
}
