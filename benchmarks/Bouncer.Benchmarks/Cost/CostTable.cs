using Bouncer.Testing;

namespace Bouncer.Benchmarks.Cost;

/// <summary>LAPI's table: a community blocklist, other lists and what agents decided, and an hour's changes of it.</summary>
internal sealed class CostTable
{
    private const int Additions = 120;
    private const int Deletions = 20;
    private const int DeletedAlerts = 4;
    private const int Refreshed = 15_000;
    private const int Imported = 5_000;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Long = TimeSpan.FromDays(7);
    private static readonly TimeSpan Ban = TimeSpan.FromHours(4);
    private static readonly TimeSpan ShortBan = TimeSpan.FromMinutes(20);

    /// <summary>So long after its ids were given, a refresh of thousands of rows is seen.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(3);

    private readonly DecisionDatabase _database;
    private readonly Random _random = new(20261127);
    private readonly List<long> _byAgents = [];
    private readonly string[] _community;
    private readonly int _imported;
    private uint _values;

    internal CostTable(DecisionDatabase database, int count)
    {
        _database = database;
        var byAgents = Math.Min(1_000, count / 30);
        _community = Values(Math.Min(30_000, count / 5 * 4));
        _imported = Math.Min(Imported, count / 3);
        foreach (var value in _community)
        {
            database.Add(value, Long, origin: "CAPI", scenario: "crowdsecurity/http-probing");
        }

        foreach (var value in Values(count - _community.Length - byAgents))
        {
            database.Add(value, Long, origin: "lists", scenario: "firehol_greensnow");
        }

        for (var i = 0; i < byAgents; i++)
        {
            AddByAgent(Long);
        }
    }

    /// <summary>The changes of an hour, in their order.</summary>
    /// <param name="from">When it begins.</param>
    internal IEnumerable<(TimeSpan At, Action Make)> Changes(TimeSpan from)
    {
        var changes = new List<(TimeSpan At, Action Make)>();
        void Plan(int count, TimeSpan within, Action make) =>
            changes.AddRange(Enumerable.Range(0, count).Select(_ => (from + (within * _random.NextDouble()), make)));

        Plan(Additions / 2, Hour, () => AddByAgent(Ban));
        Plan(Additions / 2, Hour - ShortBan, () => AddByAgent(ShortBan));
        Plan(Deletions, Hour, () => EndOne(_database.Delete));
        Plan(DeletedAlerts, Hour, () => EndOne(id => _database.RemoveWhere(row => row.Id == id) > 0));
        Plan(1, Hour, Import);
        if (_community.Length >= Refreshed)
        {
            var at = from + ((Hour - Lateness) * _random.NextDouble());
            DecisionTransaction? refresh = null;
            changes.Add((at, () => refresh = _database.BeginRefresh("CAPI", _community.Take(Refreshed), Long, scenario: "crowdsecurity/http-probing")));
            changes.Add((at + Lateness, () => refresh!.Commit()));
        }

        return changes.OrderBy(change => change.At);
    }

    private void Import()
    {
        foreach (var value in Values(_imported))
        {
            _database.Add(value, Long, origin: "cscli-import", scenario: "import");
        }
    }

    private void AddByAgent(TimeSpan duration)
    {
        var id = _database.Add(Values(1)[0], duration, origin: "crowdsec", scenario: "crowdsecurity/ssh-bf");
        if (duration > ShortBan)
        {
            _byAgents.Add(id);
        }
    }

    /// <summary>Ends one that an agent decided and that lives.</summary>
    private void EndOne(Func<long, bool> end)
    {
        var isEnded = false;
        while (!isEnded && _byAgents.Count > 0)
        {
            var place = _random.Next(_byAgents.Count);
            isEnded = end(_byAgents[place]);
            _byAgents.RemoveAt(place);
        }
    }

    /// <summary>Addresses that were not given before, far apart.</summary>
    private string[] Values(int count)
    {
        var values = new string[count];
        for (var i = 0; i < count; i++)
        {
            var host = 0x10000000 + (unchecked(_values++ * 0x9E3779B1) & 0x3FFFFFFF);
            values[i] = Net.IpKey.FromIPv4(host).ToIPAddress().ToString();
        }

        return values;
    }
}
