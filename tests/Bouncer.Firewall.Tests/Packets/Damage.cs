using System.Text.RegularExpressions;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>What somebody with nft may do to our table.</summary>
internal static partial class Damage
{
    private const string Table = $"inet {PacketBench.Table}";
    private const string Counter = "\"origin_crowdsec\"";

    /// <summary>Those after which some that are banned are let in.</summary>
    internal static readonly string[] Opening = ["flush ruleset", "flush table", "delete table", "delete a rule", "accept first", "flush sets", "delete sets", "shorter ends"];

    /// <summary>Those after which some that are not banned are stopped.</summary>
    internal static readonly string[] Closing = ["add elements", "add elements without end", "drop in another chain", "drop by policy"];

    /// <summary>Those after which nothing is different for packets, yet.</summary>
    internal static readonly string[] Silent = ["ends taken away", "elements with host bits"];

    internal static void Do(NetworkNamespace firewall, string kind)
    {
        var listed = firewall.Nft($"list table {Table}", "-a");
        var sets = SetLine().Matches(listed).Select(set => (Kind: set.Groups[1].Value, Name: set.Groups[2].Value, Length: int.Parse(set.Groups[4].Value, null), IsIPv4: set.Groups[3].Value == "4")).ToArray();
        var chains = ChainLine().Matches(listed).Select(chain => chain.Groups[1].Value).ToArray();
        firewall.Nft(kind switch
        {
            "flush ruleset" => "flush ruleset",
            "flush table" => $"flush table {Table}",
            "delete table" => $"delete table {Table}",
            "delete a rule" => $"delete rule {Table} refuse handle {LastDrop().Match(listed).Groups[1].Value}",
            "accept first" => Lines(chains, chain => $"insert rule {Table} {chain} accept"),
            "flush sets" => Lines(sets, set => $"flush {set.Kind} {Table} {set.Name}"),
            "delete sets" => $"flush table {Table}\n" + Lines(sets, set => $"delete {set.Kind} {Table} {set.Name}"),
            "shorter ends" => Lines(sets, set => $"flush {set.Kind} {Table} {set.Name}\nadd element {Table} {set.Name} {{ {Banned(set.IsIPv4, set.Length)} timeout 1ms : {Counter} }}"),
            "add elements" => Lines(sets, set => $"add element {Table} {set.Name} {{ {Other(set.IsIPv4, set.Length)} timeout 20m : {Counter} }}"),
            "add elements without end" => Lines(sets, set => $"add element {Table} {set.Name} {{ {Other(set.IsIPv4, set.Length)} : {Counter} }}"),
            "drop in another chain" => $"table {Table} {{ chain by_hand {{ type filter hook input priority -20; ip saddr 10.3.0.0/16 drop; }}; }}",
            "drop by policy" => $"add chain {Table} input {{ type filter hook input priority -10; policy drop; }}",
            "ends taken away" => Lines(sets, set => $"flush {set.Kind} {Table} {set.Name}\nadd element {Table} {set.Name} {{ {Banned(set.IsIPv4, set.Length)} : {Counter} }}"),
            "elements with host bits" => Lines(sets.Where(set => set.Length is not (32 or 128)), set => $"add element {Table} {set.Name} {{ {(set.IsIPv4 ? "10.2.0.7" : "fd00:5::7")} timeout 1h : {Counter} }}"),
            _ => throw new ArgumentException(kind),
        });
    }

    /// <summary>Does something to a table that may hold anything.</summary>
    /// <returns>What was done.</returns>
    internal static string DoAtRandom(NetworkNamespace firewall, Random random)
    {
        string[] kinds = ["flush ruleset", "flush table", "delete table", "accept first", "flush sets", "delete sets", "drop in another chain", "drop by policy", "elements at random"];
        var kind = kinds[random.Next(kinds.Length)];
        if (kind == "elements at random")
        {
            AtRandom(firewall, random);
        }
        else
        {
            Do(firewall, kind);
        }

        return kind;
    }

    // Some elements go, and every set gets one that it should not have.
    private static void AtRandom(NetworkNamespace firewall, Random random)
    {
        var listed = firewall.Nft($"list table {Table}");
        firewall.Nft(Lines(SetLine().Matches(listed), set =>
        {
            var body = listed[set.Index..listed.IndexOf("\n\t}", set.Index, StringComparison.Ordinal)];
            var name = $"{Table} {set.Groups[2].Value}";
            var stranger = set.Groups[3].Value == "4" ? $"10.{random.Next(256)}.0.0" : $"fd00:{random.Next(256):x}::";
            var lasts = random.Next(2) == 0 ? "" : " timeout 1h";
            return Lines(Element().Matches(body).Where(_ => random.Next(3) == 0), element => $"delete element {name} {{ {element.Value} }}")
                + $"add element {name} {{ {stranger}{lasts} : {AnyCounter(listed)} }}";
        }));
    }

    private static string AnyCounter(string listed) => $"\"{CounterLine().Match(listed).Groups[1].Value}\"";

    private static string Banned(bool isIPv4, int length) => (isIPv4, length) switch
    {
        (true, 32) => "10.1.2.3",
        (true, _) => "10.2.0.0",
        (false, 128) => "fd00::1",
        (false, _) => "fd00:5::",
    };

    private static string Other(bool isIPv4, int length) => (isIPv4, length) switch
    {
        (true, 32) => "10.1.2.4",
        (true, _) => "10.3.0.0",
        (false, 128) => "fd00::2",
        (false, _) => "fd00:6::",
    };

    private static string Lines<T>(IEnumerable<T> of, Func<T, string> line) => string.Join('\n', of.Select(line)) + "\n";

    [GeneratedRegex(@"(map) (ipv(4|6)_(\d+)\w*) \{")]
    private static partial Regex SetLine();

    [GeneratedRegex(@"[0-9a-f.:]+(?= timeout \S+ expires)")]
    private static partial Regex Element();

    [GeneratedRegex(@"counter (origin_\w+) \{")]
    private static partial Regex CounterLine();

    [GeneratedRegex(@"chain (\w+) \{")]
    private static partial Regex ChainLine();

    [GeneratedRegex(@"drop(?: comment ""\w+""|) # handle (\d+)")]
    private static partial Regex LastDrop();
}
