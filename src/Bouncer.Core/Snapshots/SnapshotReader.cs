using System.Runtime.CompilerServices;
using Bouncer.Decisions;
using Bouncer.Lapi;
using Bouncer.Lapi.Wire;
using Bouncer.Net;
using static Bouncer.Snapshots.SnapshotFormat;

namespace Bouncer.Snapshots;

/// <summary>Reads a snapshot whose form and decisions keep all rules that LAPI's answers have to keep, or refuses it whole.</summary>
internal sealed class SnapshotReader
{
    /// <summary>How far clocks are stepped back in normal operation. A file from a later time has an unknown age.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    private readonly SnapshotInput _input;
    private readonly EngineSettings _settings;
    private readonly AnswerTime _now;
    private readonly TimeSpan _elapsed;
    private readonly DecisionRows _rows = new();
    private readonly List<SnapshotKind> _kinds = [];
    private int _count;

    private SnapshotReader(SnapshotInput input, EngineSettings settings, TimeSpan elapsed, TimeProvider time) =>
        (_input, _settings, _elapsed, _now) = (input, settings, elapsed, new AnswerTime(time));

    /// <summary>Finds the identity that a file has; the first if it has none of them. Leaves the file at its beginning.</summary>
    internal static SnapshotIdentity Find(Stream stream, IReadOnlyList<SnapshotIdentity> identities)
    {
        var header = new byte[HeaderLength];
        var hash = stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength ? default : header.AsMemory(Mark.Length + sizeof(int), HashLength);
        stream.Position = 0;
        return identities.FirstOrDefault(identity => hash.Span.SequenceEqual(identity.Hash)) ?? identities[0];
    }

    /// <exception cref="SnapshotException">It is damaged, foreign or too old.</exception>
    internal static Snapshot Read(Stream stream, long length, SnapshotIdentity identity, TimeProvider time)
    {
        if (length < MinLength)
        {
            throw SnapshotException.Damaged();
        }

        using var input = new SnapshotInput(stream, length, identity.ChecksumKey);
        if (!input.Read(Mark.Length).SequenceEqual(Mark))
        {
            throw new SnapshotException("is no snapshot");
        }

        if (input.ReadInt32() != SnapshotFormat.Version)
        {
            throw new SnapshotException("has the form of another version of this software");
        }

        if (!input.Read(HashLength).SequenceEqual(identity.Hash))
        {
            throw new SnapshotException("is of another LAPI, key or filter");
        }

        var (written, pulledAgo) = (input.ReadInt64(), input.ReadInt64());
        if (written < 0 || written > DateTime.MaxValue.Ticks || pulledAgo < 0 || pulledAgo > DateTime.MaxValue.Ticks)
        {
            throw SnapshotException.Damaged();
        }

        var elapsed = new TimeSpan(time.GetUtcNow().UtcTicks - written);

        // A clock that was set back must not give a decision more time than it had.
        var reader = new SnapshotReader(input, identity.Settings, elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero, time);
        reader.ReadAll();
        input.Finish();
        var age = reader._elapsed + new TimeSpan(pulledAgo);
        return elapsed < -Tolerance ? throw new SnapshotException("was written at a later time than now: the clock was set back")
            : age > identity.Settings.Options.Snapshot.MaxAge ? throw new SnapshotException($"is of a pull {TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds))} ago, which is more than Bouncer:Snapshot:MaxAge")
            : new Snapshot(reader._rows, identity.Settings, age);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadAll()
    {
        while (true)
        {
            switch ((Tag)_input.ReadByte())
            {
                case Tag.Kind:
                    _kinds.Add(SnapshotKind.Read(_input));
                    break;
                case Tag.IPv4:
                    ReadNetwork(isIPv4: true, hasText: false);
                    break;
                case Tag.IPv4Text:
                    ReadNetwork(isIPv4: true, hasText: true);
                    break;
                case Tag.IPv6:
                    ReadNetwork(isIPv4: false, hasText: false);
                    break;
                case Tag.IPv6Text:
                    ReadNetwork(isIPv4: false, hasText: true);
                    break;
                case Tag.Text:
                    ReadText();
                    break;
                case Tag.End when _input.ReadInt32() == _count:
                    return;
                default:
                    throw SnapshotException.Damaged();
            }
        }
    }

    private void ReadNetwork(bool isIPv4, bool hasText)
    {
        var kind = ReadKind(isAddress: true);
        var (id, left) = (_input.ReadInt64(), _input.ReadInt64());
        var key = isIPv4
            ? IpKey.FromIPv4(unchecked((uint)_input.ReadInt32()))
            : new IpKey(unchecked((ulong)_input.ReadInt64()), unchecked((ulong)_input.ReadInt64()));
        var length = _input.ReadByte();
        Check(key.IsIPv4 == isIPv4 && length <= (isIPv4 ? 32 : 128));
        var prefix = IpPrefix.Of(key, length);
        Check(prefix.Key == key && !_settings.Query.IsTooWide(prefix));
        var text = hasText ? _input.ReadText(DecisionFields.MaxLength) : null;
        Check(text is null || (IpParser.TryParsePrefix(text, out var parsed) && parsed == prefix));
        if (IsAlive(id, left, out var deadline))
        {
            _rows.Add(id, kind.NumberIn(_rows), prefix, text, deadline);
        }
    }

    private void ReadText()
    {
        var kind = ReadKind(isAddress: false);
        var (id, left) = (_input.ReadInt64(), _input.ReadInt64());
        var value = _input.ReadText(DecisionFields.MaxLength);
        Check(value.Length > 0);
        if (IsAlive(id, left, out var deadline))
        {
            _rows.Add(id, kind.NumberIn(_rows), value, deadline);
        }
    }

    private SnapshotKind ReadKind(bool isAddress)
    {
        var number = _input.ReadInt32();
        Check(number > 0 && number <= _kinds.Count);
        var kind = _kinds[number - 1];
        Check(kind.IsAddress == isAddress);
        return kind;
    }

    private bool IsAlive(long id, long left, out long deadline)
    {
        Check(id > 0 && left > 0 && ++_count <= _settings.Sync.MaxDecisions);
        var ahead = new TimeSpan(left) - _elapsed;
        deadline = _now.Deadline(ahead);
        return ahead > TimeSpan.Zero;
    }

    private static void Check(bool condition)
    {
        if (!condition)
        {
            throw SnapshotException.Damaged();
        }
    }
}
