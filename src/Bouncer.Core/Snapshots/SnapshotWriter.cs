using System.Runtime.CompilerServices;
using Bouncer.Decisions;
using Bouncer.Lookup;
using static Bouncer.Snapshots.SnapshotFormat;

namespace Bouncer.Snapshots;

/// <summary>Writes the decisions of one version of the index. Ends are kept as the time that is left, because timestamps mean nothing to
/// another process.</summary>
internal sealed class SnapshotWriter
{
    private readonly SnapshotOutput _output;
    private readonly DecisionRows _rows;
    private readonly Dictionary<int, int> _kinds = [];
    private readonly long _now;
    private readonly long _frequency;
    private int _count;

    private SnapshotWriter(SnapshotOutput output, DecisionRows rows, TimeProvider time)
    {
        (_output, _rows) = (output, rows);
        (_now, _frequency) = (time.GetTimestamp(), time.TimestampFrequency);
    }

    /// <returns>The number of decisions written.</returns>
    internal static int Write(Stream stream, DecisionIndex index, SnapshotIdentity identity, TimeSpan pulledAgo, TimeProvider time)
    {
        using var output = new SnapshotOutput(stream, identity.ChecksumKey);
        output.Write(Mark);
        output.Write(SnapshotFormat.Version);
        output.Write(identity.Hash);
        output.Write(time.GetUtcNow().UtcTicks);
        output.Write(pulledAgo.Ticks);
        var writer = new SnapshotWriter(output, index.Held.Rows, time);
        writer.WriteAll(index);
        output.Write((byte)Tag.End);
        output.Write(writer._count);
        output.WriteChecksum();
        return writer._count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteAll(DecisionIndex index)
    {
        // The index has the rows in the order of hashes. Read in their own order, a million come from memory several times as fast.
        var held = new ulong[(_rows.Count >> 6) + 1];
        foreach (var row in index.Enumerate())
        {
            held[row >> 6] |= 1UL << row;
        }

        for (var row = 1; row >> 6 < held.Length; row++)
        {
            if ((held[row >> 6] >> row & 1) != 0)
            {
                WriteIfAlive(row);
            }
        }
    }

    private void WriteIfAlive(int row)
    {
        // An id that stands in for a missing one is another in each process. CrowdSec always gives ids.
        ref readonly var decision = ref _rows[row];
        if (decision.Id > 0 && decision.Deadline > _now)
        {
            Write(row, decision);
        }
    }

    private void Write(int row, in DecisionRow decision)
    {
        var kind = NumberOf(decision.Kind);
        var hasText = decision.Text != 0 && decision.Family != RowFamily.Text;
        var tag = decision.Family switch
        {
            RowFamily.IPv4 => hasText ? Tag.IPv4Text : Tag.IPv4,
            RowFamily.IPv6 => hasText ? Tag.IPv6Text : Tag.IPv6,
            _ => Tag.Text,
        };
        _output.Write((byte)tag);
        _output.Write(kind);
        _output.Write(decision.Id);
        _output.Write(Left(decision.Deadline));
        switch (decision.Family)
        {
            case RowFamily.IPv4:
                _output.Write(unchecked((int)decision.Place));
                _output.Write(decision.Length);
                break;
            case RowFamily.IPv6:
                var key = _rows.Prefix(row).Key;
                _output.Write(unchecked((long)key.High));
                _output.Write(unchecked((long)key.Low));
                _output.Write(decision.Length);
                break;
        }

        if (decision.Text != 0)
        {
            _output.Write(_rows.Value(row));
        }

        _count++;
    }

    private int NumberOf(int kind)
    {
        if (!_kinds.TryGetValue(kind, out var number))
        {
            number = _kinds.Count + 1;
            _kinds.Add(kind, number);
            var known = _rows.KindOf(kind);
            _output.Write((byte)Tag.Kind);
            _output.Write(known.Origin);
            _output.Write(known.Scenario);
            _output.Write(known.Scope.Name);
            _output.Write(known.Type);
        }

        return number;
    }

    /// <summary>The time until a deadline, in ticks of 100 ns; whole seconds and the rest apart stay within 64 bits.</summary>
    private long Left(long deadline)
    {
        var (seconds, rest) = Math.DivRem(deadline - _now, _frequency);
        return seconds < long.MaxValue / TimeSpan.TicksPerSecond
            ? (seconds * TimeSpan.TicksPerSecond) + (rest * TimeSpan.TicksPerSecond / _frequency)
            : long.MaxValue;
    }
}
