using System.Text.Json;
using Bouncer.Decisions;
using Bouncer.Engine;
using Bouncer.Lapi;
using Bouncer.Lapi.Wire;
using Bouncer.Lookup;
using Bouncer.Net;

namespace Bouncer.Benchmarks;

// Everything that the benchmarks know of Bouncer.Core's parser, store and table stands in this file, so that their insides
// may change without the benchmarks.

/// <summary>An answer of LAPI's stream, read by the product's own parser.</summary>
internal sealed class ParsedStream
{
    private ParsedStream(StreamAnswer answer)
    {
        Added = ToDecisions(answer.Added);
        Deleted = ToDecisions(answer.Deleted);
        Skipped = answer.Skipped.Count;
    }

    /// <summary>The decisions under <c>new</c> that can be used and live.</summary>
    internal Decision[] Added { get; }

    /// <summary>The decisions under <c>deleted</c> that can be used.</summary>
    internal Decision[] Deleted { get; }

    /// <summary>How many decisions cannot be used.</summary>
    internal int Skipped { get; }

    internal int Usable => Added.Length;

    /// <exception cref="JsonException">This is no answer of the stream.</exception>
    internal static ParsedStream Read(Stream body)
    {
        var document = new StreamDocument(new StreamQuery(new SyncOptions()), new AnswerTime(TimeProvider.System));
        JsonPump.ReadAsync(body, document, CancellationToken.None).GetAwaiter().GetResult();
        return new ParsedStream(document.Answer);
    }

    /// <summary>The first and the last decision on an address, as the stream lists them; null if there is none.</summary>
    internal (Decision First, Decision Last)? Ends()
    {
        var first = Array.Find(Added, decision => decision.Network is not null);
        return first is null ? null : (first, Array.FindLast(Added, decision => decision.Network is not null)!);
    }

    private static Decision[] ToDecisions(DecisionRows rows) =>
        [.. Enumerable.Range(1, rows.Count).Select(row => rows.ToDecision(row, TimeProvider.System))];
}

/// <summary>A store of the product's, as a pull fills it. Readers may ask while one thread changes it.</summary>
internal sealed class HeldDecisions
{
    private readonly RemediationSeverities _severities;
    private readonly DecisionStore _store;

    internal HeldDecisions()
    {
        _severities = new RemediationSeverities([], Remediation.Ban);
        _store = new DecisionStore(DecisionIdentity.ScopeTypeValue, _severities);
        View = new DecisionStoreView(_store, _severities, TimeProvider.System);
    }

    internal IDecisionStore View { get; }

    internal void Replace(ParsedStream stream) => _store.Replace(stream.Added);

    internal void Apply(ParsedStream changes) => _store.Apply(changes.Deleted, changes.Added);

    /// <summary>Whether an address has a decision: the question that each request asks.</summary>
    internal bool IsHit(IpKey address) => _store.Index.FindStrongest(address, TimeProvider.System) is not null;

    internal int CountHits(ReadOnlySpan<IpKey> addresses)
    {
        var hits = 0;
        foreach (var address in addresses)
        {
            hits += _store.Index.FindStrongest(address, TimeProvider.System) is not null ? 1 : 0;
        }

        return hits;
    }

    /// <summary>What is to happen to an address; null if it has no decision.</summary>
    internal string? Verdict(IpKey address) =>
        _store.Index.FindStrongest(address, TimeProvider.System) is { } decision ? _severities.Resolve(decision.Remediation).Name : null;

    /// <summary>Gathers what the address table is built of, and gives a function that builds the table alone.</summary>
    internal Func<object> PrepareTable()
    {
        var rows = _store.Index.Addresses.Enumerate().ToArray();
        return () =>
        {
            var builder = PrefixTable<DecisionSet>.Empty.ToBuilder();
            foreach (var (prefix, set) in rows)
            {
                builder.Set(prefix, set);
            }

            return builder.ToTable();
        };
    }
}

/// <summary>The address table alone, each network with the same value.</summary>
internal sealed class AddressTable
{
    private static readonly string Value = "ban";
    private readonly PrefixTable<string> _table;

    private AddressTable(PrefixTable<string> table) => _table = table;

    internal static AddressTable Empty { get; } = new(PrefixTable<string>.Empty);

    internal static AddressTable Build(IpPrefix[] networks) => Empty.Change([], networks);

    /// <summary>The next version; this one stays as it is.</summary>
    internal AddressTable Change(IpPrefix[] removed, IpPrefix[] added)
    {
        var builder = _table.ToBuilder();
        foreach (var network in removed)
        {
            builder.Remove(network);
        }

        foreach (var network in added)
        {
            builder.Set(network, Value);
        }

        return new AddressTable(builder.ToTable());
    }

    internal bool Covers(IpKey address) => _table.Covering(address).MoveNext();

    /// <summary>Counts the networks that cover the addresses.</summary>
    internal int CountCovers(ReadOnlySpan<IpKey> addresses)
    {
        var found = 0;
        var table = _table;
        foreach (var address in addresses)
        {
            foreach (var value in table.Covering(address))
            {
                found += value.Length;
            }
        }

        return found;
    }
}
