using System.Runtime.CompilerServices;
using Bouncer.Net;

namespace Bouncer.Decisions;

/// <summary> Decisions by number, starting at 1, in a compact form: repeated parts are held once, texts that can be derived from
/// the network are not held, and a <see cref="Decision"/> is created on request. Only grows. One thread adds; others may read every
/// number that they have received. </summary>
internal sealed class DecisionRows
{
    private readonly ChunkedList<DecisionRow> _rows = new();
    private readonly ChunkedList<DecisionKind> _kinds = new();
    private readonly ChunkedList<IpKey> _ipv6 = new();
    private readonly ChunkedList<string> _texts = new();
    private readonly Dictionary<DecisionKind, int> _numbers = [];

    /// <summary>The number of decisions, and the number of the last one.</summary>
    internal int Count => _rows.Count;

    internal ref readonly DecisionRow this[int row] => ref _rows[row];

    internal DecisionKind Kind(int row) => _kinds[_rows[row].Kind];

    internal DecisionKind KindOf(int number) => _kinds[number];

    /// <summary>The kinds of all decisions that were ever added.</summary>
    internal IEnumerable<DecisionKind> Kinds => Enumerable.Range(1, _kinds.Count).Select(KindOf);

    /// <summary>Returns the number of a kind, which is the same for equal kinds.</summary>
    internal int Intern(DecisionKind kind)
    {
        if (!_numbers.TryGetValue(kind, out var number))
        {
            number = _kinds.Add(kind);
            _numbers.Add(kind, number);
        }

        return number;
    }

    /// <summary>Adds a decision on a network.</summary>
    /// <param name="id">The id from LAPI, or a negative substitute.</param>
    /// <param name="kind">The number that <see cref="Intern"/> returned.</param>
    /// <param name="prefix">The network.</param>
    /// <param name="text">The text as LAPI sent it; null if <see cref="PrefixText"/> returns the same.</param>
    /// <param name="deadline">When it ends, as a timestamp.</param>
    /// <returns>The decision's number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Add(long id, int kind, IpPrefix prefix, string? text, long deadline)
    {
        var place = prefix.IsIPv4 ? prefix.Key.IPv4 : (uint)_ipv6.Add(prefix.Key);
        var family = prefix.IsIPv4 ? RowFamily.IPv4 : RowFamily.IPv6;
        return _rows.Add(new(id, deadline, kind, place, text is null ? 0 : _texts.Add(text), (byte)prefix.Length, family));
    }

    /// <summary>Adds a decision on a value that is not an address.</summary>
    /// <returns>The decision's number.</returns>
    internal int Add(long id, int kind, string value, long deadline) =>
        _rows.Add(new(id, deadline, kind, 0, _texts.Add(value), 0, RowFamily.Text));

    /// <summary>Adds a decision of other rows.</summary>
    /// <returns>The decision's number here.</returns>
    internal int AddFrom(DecisionRows other, int row)
    {
        ref readonly var held = ref other[row];
        var kind = Intern(other.Kind(row));
        return held.Family == RowFamily.Text
            ? Add(held.Id, kind, other.Value(row), held.Deadline)
            : Add(held.Id, kind, other.Prefix(row), held.Text == 0 ? null : other.Value(row), held.Deadline);
    }

    /// <summary>How many decisions are on single addresses, of each family.</summary>
    internal (int IPv4, int IPv6) CountHosts()
    {
        var (ipv4, ipv6) = (0, 0);
        for (var row = 1; row <= Count; row++)
        {
            ref readonly var held = ref _rows[row];
            ipv4 += held is { Family: RowFamily.IPv4, Length: 32 } ? 1 : 0;
            ipv6 += held is { Family: RowFamily.IPv6, Length: 128 } ? 1 : 0;
        }

        return (ipv4, ipv6);
    }

    /// <summary>The ids of all decisions.</summary>
    internal HashSet<long> ToIds()
    {
        var ids = new HashSet<long>(Count);
        for (var row = 1; row <= Count; row++)
        {
            ids.Add(_rows[row].Id);
        }

        return ids;
    }

    /// <summary>Adds every decision to other rows.</summary>
    internal void AddTo(DecisionRows other)
    {
        for (var row = 1; row <= Count; row++)
        {
            other.AddFrom(this, row);
        }
    }

    /// <summary>The network that a decision covers; undefined for a decision on a text.</summary>
    internal IpPrefix Prefix(int row)
    {
        ref readonly var held = ref _rows[row];
        return IpPrefix.Of(held.Family == RowFamily.IPv4 ? IpKey.FromIPv4(held.Place) : _ipv6[(int)held.Place], held.Length);
    }

    /// <summary>The value as LAPI sent it.</summary>
    internal string Value(int row) => Text(row) ?? PrefixText.Of(Prefix(row), Kind(row).Scope);

    /// <summary>Whether a decision has the network and the text of one of other rows.</summary>
    internal bool HasValueOf(int row, DecisionRows other, int otherRow)
    {
        ref readonly var one = ref _rows[row];
        ref readonly var two = ref other[otherRow];
        return one.Family == two.Family
            && _texts[one.Text] == other._texts[two.Text]
            && (one.Family == RowFamily.Text || Prefix(row) == other.Prefix(otherRow));
    }

    /// <summary>The public form of a decision.</summary>
    /// <param name="row">The decision's number.</param>
    /// <param name="time">The clock of the deadlines, and its wall clock.</param>
    internal Decision ToDecision(int row, TimeProvider time)
    {
        var held = _rows[row];
        var kind = _kinds[held.Kind];
        return new Decision
        {
            Id = Math.Max(held.Id, 0),
            Origin = kind.Origin,
            Scenario = kind.Scenario,
            Scope = kind.Scope,
            Value = Text(row)!,
            Prefix = held.Family == RowFamily.Text ? null : Prefix(row),
            Remediation = kind.Remediation,
            Type = kind.Type,
            ExpiresAt = WallClock(held.Deadline, time),
            Deadline = held.Deadline,
        };
    }

    /// <summary>The text as LAPI sent it; null if it is derived from the network.</summary>
    private string? Text(int row) => _rows[row].Text is var text && text != 0 ? _texts[text] : null;

    private static DateTimeOffset WallClock(long deadline, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var ahead = (Int128)(deadline - (Int128)time.GetTimestamp()) * TimeSpan.TicksPerSecond / time.TimestampFrequency;
        return new DateTimeOffset((long)Int128.Clamp(now.UtcTicks + ahead, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
    }
}
