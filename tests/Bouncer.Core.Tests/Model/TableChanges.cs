using System.Globalization;
using System.Net;
using Bouncer.Testing;

namespace Bouncer.Tests.Model;

/// <summary>Everything that happens to CrowdSec's table, by chance.</summary>
/// <param name="table">The table.</param>
/// <param name="random">The chance.</param>
/// <param name="time">The clock.</param>
/// <param name="hasLongTransactions">Whether transactions stay open for as long as chance will have it. Then nothing goes
/// without a message: of one row that went and one that came unseen, the bouncer sees only that their number is right.</param>
/// <param name="isQuiet">Whether decisions last for hours, and a transaction ends before another begins.</param>
internal sealed class TableChanges(DecisionDatabase table, Random random, TimeProvider time, bool hasLongTransactions, bool isQuiet)
{
    private static readonly TimeSpan ShortTransaction = TimeSpan.FromSeconds(45);

    private static readonly string[] Values = ["192.0.2.1", "192.0.2.1/32", "192.0.2.0/24", "192.0.2.77/25", "::ffff:192.0.2.2", "192.0.2.2", "2001:db8::1", "2001:DB8::1", "2001:db8::/48", "198.51.100.0/22"];
    private static readonly string[] Types = ["throttle", "captcha", "ban"];
    private static readonly string[] Origins = ["crowdsec", "cscli", "CAPI", "lists"];

    private readonly List<(DecisionTransaction Transaction, DateTimeOffset Begun)> _open = [];

    /// <summary>The strength of a type; 0 if it is none.</summary>
    internal static int Rank(string type) => Array.IndexOf(Types, type) + 1;

    internal static string Name(int rank) => rank == 0 ? "none" : Types[rank - 1];

    internal static int Strongest(IEnumerable<StoredDecision> rows, IPAddress client) =>
        Covering(rows, client).Select(row => Rank(row.Type)).DefaultIfEmpty(0).Max();

    internal static IEnumerable<StoredDecision> Covering(IEnumerable<StoredDecision> rows, IPAddress client) =>
        rows.Where(row => Covers(row.Value, client));

    internal void Make()
    {
        if (isQuiet && _open.Count > 0)
        {
            End(_open[0]);
            return;
        }

        switch (random.Next(22))
        {
            case 0:
                table.Delete(Value());
                break;
            case 1:
                table.Delete(AnyId());
                break;
            case 2 when !hasLongTransactions:
                // The last batches of a mass deletion end in the past.
                table.DeleteWhere(row => row.Value == Values[0] || row.Value == Values[6], time.GetUtcNow() - TimeSpan.FromSeconds(random.Next(10)));
                break;
            case 3 or 4 or 5:
                Begin(random.Next(1, 4));
                break;
            case 6 or 7 or 8 when _open.Count > 0:
                End(_open[random.Next(_open.Count)]);
                break;
            case 9:
                table.Extend(AnyId(), Duration());
                break;
            case 10 when !hasLongTransactions:
                // An alert is deleted, and its decisions with it.
                var removed = AnyId();
                table.RemoveWhere(row => row.Id == removed);
                break;
            case 11 when !hasLongTransactions && random.Next(3) == 0:
                Refresh();
                break;
            case 12:
                table.Add("FR", Duration(), scope: "Country");
                break;
            case 13:
                table.Add(Value(), Duration(), Type(), origin: Origin(), simulated: true);
                break;
            case 14 when !hasLongTransactions:
                // What was just deleted is gone before a delta lists it.
                table.Flush();
                break;
            case 15 when !hasLongTransactions && random.Next(40) == 0:
                table.Wipe();
                break;
            default:
                table.Add(Value(), Duration(), Type(), origin: Origin());
                break;
        }
    }

    /// <summary>Ends the transactions that were open for their time.</summary>
    internal void EndOld()
    {
        if (!hasLongTransactions)
        {
            _open.FindAll(one => time.GetUtcNow() - one.Begun >= ShortTransaction).ForEach(End);
        }
    }

    /// <summary>A transaction that pulls overlap; some are open side by side.</summary>
    private void Begin(int rows)
    {
        var transaction = table.Begin();
        for (; rows > 0; rows--)
        {
            transaction.Add(Value(), Duration(), Type(), origin: Origin());
        }

        _open.Add((transaction, time.GetUtcNow()));
    }

    private void End((DecisionTransaction Transaction, DateTimeOffset Begun) open)
    {
        _open.Remove(open);
        if (random.Next(4) == 0)
        {
            open.Transaction.Rollback();
        }
        else
        {
            open.Transaction.Commit();
        }
    }

    /// <summary>The community's list is renewed: its rows are replaced, in a transaction, without a message.</summary>
    private void Refresh()
    {
        var transaction = table.Begin();
        var values = table.Snapshot().Where(row => row.Origin == "CAPI").Select(row => (row.Value, row.Type)).Distinct().ToArray();
        transaction.Remove(row => row.Origin == "CAPI");
        foreach (var (value, type) in values)
        {
            transaction.Add(value, Duration(), type, origin: "CAPI");
        }

        transaction.Add(Value(), Duration(), Type(), origin: "CAPI");
        _open.Add((transaction, time.GetUtcNow()));
    }

    private long AnyId() => table.Snapshot() is { Count: > 0 } rows ? rows[random.Next(rows.Count)].Id : 0;

    private string Value() => Values[random.Next(Values.Length)];

    private string Type() => Types[random.Next(Types.Length)];

    private string Origin() => Origins[random.Next(Origins.Length)];

    private TimeSpan Duration() => isQuiet ? TimeSpan.FromHours(random.Next(2, 10)) : TimeSpan.FromSeconds(random.Next(2, 600));

    private static bool Covers(string value, IPAddress client)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var address = IPAddress.Parse(slash < 0 ? value : value[..slash]);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bits = slash < 0 ? address.GetAddressBytes().Length * 8 : int.Parse(value[(slash + 1)..], CultureInfo.InvariantCulture);
        return new IPNetwork(Mask(address, bits), bits).Contains(client);
    }

    private static IPAddress Mask(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
