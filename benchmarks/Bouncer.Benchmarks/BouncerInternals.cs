using System.Text.Json;
using Bouncer.Benchmarks.Verbs;
using Bouncer.Decisions;
using Bouncer.Engine;
using Bouncer.Lapi;
using Bouncer.Lapi.Wire;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.Snapshots;

namespace Bouncer.Benchmarks;

// Everything that the benchmarks know of Bouncer.Core's parser, store and table stands in this file, so that their insides
// may change without the benchmarks.

/// <summary>An answer of LAPI's stream, read by the product's own parser.</summary>
internal sealed class ParsedStream
{
    private ParsedStream(StreamAnswer answer)
    {
        Added = answer.Added;
        Deleted = answer.Deleted;
        Skipped = answer.Unusable.Count;
    }

    /// <summary>The decisions under <c>new</c> that can be used and live.</summary>
    internal DecisionRows Added { get; }

    /// <summary>The ids of the decisions under <c>deleted</c>.</summary>
    internal IReadOnlyList<long> Deleted { get; }

    /// <summary>How many decisions cannot be used.</summary>
    internal int Skipped { get; }

    internal int Usable => Added.Count;

    /// <exception cref="JsonException">This is no answer of the stream.</exception>
    internal static ParsedStream Read(Stream body)
    {
        var document = new StreamDocument(new DecisionQuery(new SyncOptions()), TimeProvider.System);
        JsonPump.ReadAsync(body, document, CancellationToken.None).GetAwaiter().GetResult();
        return new ParsedStream(document.Answer);
    }

    /// <summary>The decisions under <see cref="Added"/> as the stream lists them.</summary>
    internal IEnumerable<ListedDecision> Listed() =>
        from row in Enumerable.Range(1, Added.Count)
        let kind = Added.Kind(row)
        select new ListedDecision(Added[row].Id, kind.Origin, kind.Scenario, kind.Scope.Name, kind.Type, Added.Value(row));

    /// <summary>The first and the last decision on an address, as the stream lists them; null if there is none.</summary>
    internal (Decision First, Decision Last)? Ends()
    {
        int[] onAddresses = [.. Enumerable.Range(1, Added.Count).Where(row => Added[row].Family != RowFamily.Text)];
        return onAddresses.Length == 0
            ? null
            : (Added.ToDecision(onAddresses[0], TimeProvider.System), Added.ToDecision(onAddresses[^1], TimeProvider.System));
    }
}

/// <summary>A store of the product's, as a pull fills it. Readers may ask while one thread changes it.</summary>
internal sealed class HeldStore
{
    private readonly RemediationSeverities _severities;
    private readonly DecisionStore _store;
    private readonly StoppedClock _clock = new();

    internal HeldStore()
    {
        _severities = new RemediationSeverities([], Remediation.Ban);
        _store = new DecisionStore(_severities, max: 100_000_000, TimeProvider.System);
        View = new DecisionStoreView(_store, TimeProvider.System);
    }

    internal IDecisionStore View { get; }

    internal void Replace(ParsedStream stream) => _store.Replace(stream.Added);

    internal void Apply(ParsedStream changes) => _store.Apply(changes.Deleted, changes.Added);

    /// <summary>Whether an address has a decision: the question that each request asks.</summary>
    internal bool IsHit(IpKey address) => _store.Index.FindStrongest(address, TimeProvider.System) != 0;

    /// <summary>Counts the addresses that have a decision. The clock costs no more than to ask for it.</summary>
    internal int CountHits(ReadOnlySpan<IpKey> addresses)
    {
        var hits = 0;
        foreach (var address in addresses)
        {
            hits += _store.Index.FindStrongest(address, _clock) != 0 ? 1 : 0;
        }

        return hits;
    }

    /// <summary>What is to happen to an address; null if it has no decision.</summary>
    internal string? Verdict(IpKey address)
    {
        var index = _store.Index;
        var row = index.FindStrongest(address, TimeProvider.System);
        return row == 0 ? null : _severities.Resolve(index.Held.Rows.Kind(row).Remediation).Name;
    }

    /// <summary>Saves what is held as the product does, without the flush to the disk.</summary>
    internal void Save(Stream file) => SnapshotWriter.Write(file, _store.Index, SavedSnapshot.Identity, default, TimeProvider.System);

    /// <summary>Saves what is held as the product does.</summary>
    internal void Save(string path)
    {
        using var file = new SnapshotFile(path);
        file.Replace(stream => SnapshotWriter.Write(stream, _store.Index, SavedSnapshot.Identity, default, TimeProvider.System));
    }

    internal void Replace(SavedSnapshot snapshot) => _store.Replace(snapshot.Rows);

    /// <summary>Gathers what the address table is built of, and gives a function that builds the table alone.</summary>
    internal Func<object> PrepareTable()
    {
        var networks = _store.Index.Addresses.Enumerate().ToArray();
        new Random(networks.Length).Shuffle(networks);
        return () =>
        {
            var builder = PrefixTable.Empty.ToBuilder();
            foreach (var (prefix, value) in networks)
            {
                builder.Change(prefix, value);
            }

            var merge = default(LastWriteWins);
            return builder.ToTable(ref merge);
        };
    }
}

/// <summary>A snapshot, read by the product's own reader.</summary>
internal sealed class SavedSnapshot
{
    private static readonly EngineSettings Settings = new(new BouncerOptions
    {
        Lapi = { Url = new Uri("http://127.0.0.1:8080/"), ApiKey = "benchmark" },
        Sync = { MaxDecisions = 100_000_000 },
    });

    private SavedSnapshot(DecisionRows rows) => Rows = rows;

    internal static SnapshotIdentity Identity { get; } = SnapshotIdentity.Of(Settings, "benchmark");

    internal DecisionRows Rows { get; }

    internal static SavedSnapshot Load(string path)
    {
        using var file = new SnapshotFile(path);
        using var stream = file.OpenRead()!;
        return new(SnapshotReader.Read(stream, stream.Length, Identity, TimeProvider.System).Rows);
    }
}

/// <summary>A clock that shows when it was made.</summary>
internal sealed class StoppedClock : TimeProvider
{
    private readonly long _now = System.GetTimestamp();

    public override long GetTimestamp() => _now;
}

/// <summary>The address table alone, each network with the same number.</summary>
internal sealed class NetworkTable
{
    private readonly PrefixTable _table;

    private NetworkTable(PrefixTable table) => _table = table;

    internal static NetworkTable Empty { get; } = new(PrefixTable.Empty);

    internal static NetworkTable Build(IpPrefix[] networks) => Empty.Change([], networks);

    /// <summary>The next version; this one stays as it is.</summary>
    internal NetworkTable Change(IpPrefix[] removed, IpPrefix[] added)
    {
        var builder = _table.ToBuilder();
        foreach (var network in removed)
        {
            builder.Change(network, 0);
        }

        foreach (var network in added)
        {
            builder.Change(network, 1);
        }

        var merge = default(LastWriteWins);
        return new NetworkTable(builder.ToTable(ref merge));
    }

    internal bool Covers(IpKey address) => _table.Covers(address);

    /// <summary>Counts the networks that cover the addresses.</summary>
    internal int CountCovers(ReadOnlySpan<IpKey> addresses)
    {
        var count = default(Count);
        foreach (var address in addresses)
        {
            _table.Visit(address, ref count);
        }

        return count.Found;
    }

    private struct Count : ICoverVisitor
    {
        internal int Found { get; private set; }

        public void Visit(int held) => Found += held;
    }
}
