using System.Text;

namespace Bouncer.Tests.Lapi.Wire;

/// <summary>Makes answers of the stream by a seed: mostly well-formed, with every oddity a decision may have, and now and
/// then damaged.</summary>
/// <param name="seed">The same one gives the same documents.</param>
/// <param name="isAsLapiWrites">Without blanks, and with few oddities in longer lists.</param>
internal sealed class RandomDocuments(int seed, bool isAsLapiWrites = false)
{
    private static readonly string[] Durations =
    [
        "\"1h\"", "\"3h59m57.641708614s\"", "\"-18897h25m52.8s\"", "\"0s\"", "\"0\"", "\"99999999h\"", "\"1e3s\"", "\"\"", "5", "null",
        "\"1.5h.25m\"", "\"10\\u00b5s1h\"", "\"\\ud800\"", "[\"1h\"]", "{\"a\":{\"b\":[]}}", "\"1h \"", "\"2562047h47m16.85s\"", "\"+90m\"",
    ];

    private static readonly string[] Scopes =
        ["\"Ip\"", "\"Ip\"", "\"Ip\"", "\"ip\"", "\"Range\"", "\"Country\"", "\"AS\"", "\"username\"", "\" range \"", "\"\"", "null", "1", "\"\\ud800\"", "\"\\u0049p\""];

    private static readonly string[] Values =
    [
        "\"192.0.2.1\"", "\"192.0.2.1\\/32\"", "\"::ffff:192.0.2.9\"", "\"2001:db8::1\"", "\"198.51.100.7/24\"", "\"2001:db8:1::9/48\"", "\"0.0.0.0/0\"", "\"::/1\"",
        "\"192.0.2.1/33\"", "\" 1.2.3.4\"", "\"FR\"", "\"alice\"", "\"\"", "null", "12", "\"\\udc00\"", "\"fe80::1%1\"", "\"10.0.0.0/8\"", "\"010.1.1.1\"",
    ];

    private static readonly string[] Types = ["\"ban\"", "\"ban\"", "\"captcha\"", "\"Throttle\"", "\"enforce_mfa\"", "\"tarpit\"", "\"\"", "null", "true", "\"b\\u0061n\""];

    private static readonly string[] Ids = ["1", "42", "0", "-7", "9223372036854775807", "123456789012345678", "9223372036854775808", "1e400", "1.5", "\"5\"", "null", "[[]]"];

    private static readonly string[] Others = ["1", "-0.5e-3", "true", "false", "null", "\"text\"", "[]", "{}", "[1,[2,[3]]]", "{\"new\":[{\"id\":1}]}", "\"\\n\\u001b\""];

    private readonly Random _random = new(seed);

    internal byte[] Next()
    {
        var json = new StringBuilder(Space()).Append('{');
        var members = new List<string>();
        AddList(members, _random.Next(8) == 0 ? "n\\u0065w" : "new");
        AddList(members, "deleted");
        while (_random.Next(3) == 0)
        {
            members.Add($"\"{Pick("x", "message", "newer", "\\ud800", "")}\"{Space()}:{Space()}{Pick(Others)}");
        }

        var order = members.ToArray();
        _random.Shuffle(order);
        json.AppendJoin(Space() + "," + Space(), order).Append(Space()).Append('}').Append(Space());
        if (_random.Next(6) == 0)
        {
            Damage(json);
        }

        return Encoding.ASCII.GetBytes(json.ToString());
    }

    internal int[] Cuts(int length)
    {
        var cuts = new int[_random.Next(12)];
        for (var i = 0; i < cuts.Length; i++)
        {
            cuts[i] = _random.Next(length + 1);
        }

        Array.Sort(cuts);
        return cuts;
    }

    private void AddList(List<string> members, string name)
    {
        var list = _random.Next(12) switch
        {
            0 => "null",
            1 => Pick(Others),
            2 => "[]",
            _ => "[" + string.Join("," + Space(), Enumerable.Range(0, _random.Next(isAsLapiWrites ? 20 : 5)).Select(_ => Decision())) + "]",
        };
        if (_random.Next(15) != 0)
        {
            members.Add($"\"{name}\":{Space()}{list}");
        }
    }

    private string Decision()
    {
        if (_random.Next(12) == 0)
        {
            return Pick(Others);
        }

        var members = new List<string>();
        Add(members, "duration", Durations);
        Add(members, "id", Ids);
        Add(members, "origin", ["\"cscli\"", "\"CAPI\"", "\"lists\"", "null", "7", LongText()]);
        Add(members, "scenario", ["\"crowdsecurity/ssh-bf\"", "\"a\\\\b\\\"c\"", "\"\\ud83d\\ude00\"", "\"x\\ud800\"", "[]", LongText()]);
        Add(members, "scope", Scopes);
        Add(members, "type", Types);
        Add(members, "uuid", ["\"4d0b\"", "null", "{\"a\":1}"]);
        Add(members, "value", Values);
        if (_random.Next(20) == 0)
        {
            members.Add($"\"{Pick("type", "scope", "value")}\":{LongText()}");
        }

        var order = members.ToArray();
        if (_random.Next(3) == 0)
        {
            _random.Shuffle(order);
        }

        return "{" + Space() + string.Join(Space() + ",", order) + "}";
    }

    private void Add(List<string> members, string name, string[] values)
    {
        // Mostly the first, sound value: else no decision would come through whole.
        for (var times = _random.Next(25) switch { 0 => 0, 1 => 2, _ => 1 }; times > 0; times--)
        {
            members.Add($"\"{name}\":{Space()}{(_random.Next(isAsLapiWrites ? 25 : 3) == 0 ? Pick(values) : values[0])}");
        }
    }

    private string LongText() => "\"" + string.Concat(Enumerable.Repeat(Pick("ab", "\\u00e9", "\\ud83d\\ude00", "c\\n"), _random.Next(100, 300))) + "\"";

    private void Damage(StringBuilder json)
    {
        var at = _random.Next(json.Length);
        switch (_random.Next(3))
        {
            case 0: json.Length = at; break;
            case 1: json.Remove(at, 1); break;
            default: json[at] = (char)_random.Next(0x20, 0x7F); break;
        }
    }

    private string Space() => !isAsLapiWrites && _random.Next(4) == 0 ? Pick(" ", "\n", "\r\n\t ") : "";

    private string Pick(params string[] texts) => texts[_random.Next(texts.Length)];
}
