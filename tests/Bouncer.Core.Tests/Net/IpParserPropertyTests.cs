using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Bouncer.Net;

/// <summary>The platform's lenient parser as the oracle: what is well formed reads the same, and nothing is accepted that
/// it refuses or reads otherwise.</summary>
public class IpParserPropertyTests
{
    private const string Alphabet = "0123456789abcdefABCDEFgxX.:/%[]@`-+ \0１ａ٤";

    [Fact]
    public void TryParseAddress_SeededWellFormed_EqualsThePlatforms()
    {
        var random = new Random(20250);
        for (var i = 0; i < 30_000; i++)
        {
            var text = WellFormed(random);

            Assert.True(IpParser.TryParseAddress(text, out var key), text);
            Assert.Equal(Networks.Key(text), key);
            Assert.True(IpParser.TryParseAddress(Encoding.UTF8.GetBytes(text), out key), text);
            Assert.Equal(Networks.Key(text), key);
        }
    }

    [Fact]
    public void TryParsePrefix_SeededWellFormed_EqualsThePlatforms()
    {
        var random = new Random(20251);
        for (var i = 0; i < 20_000; i++)
        {
            var address = WellFormed(random);
            var ipv4 = !address.Contains(':');
            var text = $"{address}/{random.Next(ipv4 ? 33 : 129)}";
            if (IPAddress.Parse(address).IsIPv4MappedToIPv6)
            {
                continue;
            }

            Assert.True(IpParser.TryParsePrefix(text, out var prefix), text);
            Assert.Equal(IPNetwork.Parse(text), prefix.ToIPNetwork());
        }
    }

    /// <summary>What fails is cut down, character by character, to the shortest text that still fails.</summary>
    [Fact]
    public void TryParse_AnyMutation_NeverThrowsNorAcceptsWhatThePlatformReadsOtherwise()
    {
        const int Texts = 50_000;
        var accepted = 0;
        var any = Arb.From(
            Gen.Choose(0, int.MaxValue).Select(seed => Mutated(new Random(seed))),
            text => Enumerable.Range(0, text.Length).Select(place => text.Remove(place, 1)));
        Prop.ForAll(any, text => { accepted += Judge(text); }).Check(Config.QuickThrowOnFailure.WithMaxTest(Texts));

        // Both sides of the border must have been visited.
        Assert.InRange(accepted, Texts / 10, Texts * 9 / 10);
    }

    [Fact]
    public void TryParse_EveryCharacterInEveryPlace_IsRefusedOrReadAsThePlatformDoes()
    {
        foreach (var text in (string[])["1.20.3.4", "a1::b:1.2.3.4", "1:2:3:4:5:6:7:8", "1.2.3.4/24", "::1/64"])
        {
            for (var place = 0; place <= text.Length; place++)
            {
                for (var c = 0; c <= char.MaxValue; c += c < 0x300 ? 1 : 61)
                {
                    Judge(text.Insert(place, ((char)c).ToString()));
                }
            }
        }
    }

    [Fact]
    public void TryParse_EveryByteInEveryPlace_IsRefusedUnlessAscii()
    {
        var text = "a1::b:1.2.3.4/24"u8;
        for (var place = 0; place < text.Length; place++)
        {
            for (var value = 128; value < 256; value++)
            {
                var bytes = text.ToArray();
                bytes[place] = (byte)value;
                Assert.False(IpParser.TryParsePrefix(bytes, out _));
                Assert.False(IpParser.TryParseAddress(bytes.AsSpan(0, Math.Max(13, place + 1)), out _));
            }
        }
    }

    [Fact]
    public void TryParse_SeededNoise_NeverThrowsAndIsReadAlikeInBothEncodings()
    {
        var random = new Random(20253);
        var bytes = new byte[64];
        for (var i = 0; i < 60_000; i++)
        {
            var noise = bytes.AsSpan(0, random.Next(bytes.Length));
            random.NextBytes(noise);
            _ = IpParser.TryParseAddress(noise, out _);
            _ = IpParser.TryParsePrefix(noise, out _);
            Judge(new string(random.GetItems(Alphabet.AsSpan(), random.Next(50))));
        }
    }

    private static int Judge(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var isAddress = IpParser.TryParseAddress(text, out var key);
        var isPrefix = IpParser.TryParsePrefix(text, out var prefix);
        var alike = isAddress == IpParser.TryParseAddress(utf8, out var sameKey) && key == sameKey
            && isPrefix == IpParser.TryParsePrefix(utf8, out var samePrefix) && prefix == samePrefix;
        Assert.True(alike, text);
        if (isAddress)
        {
            Assert.True(isPrefix && prefix == IpPrefix.Host(key), text);
            Assert.True(Networks.Key(text) == key, text);
        }
        else if (isPrefix)
        {
            var network = IPNetwork.Parse(text);
            Assert.Equal(IpKey.From(network.BaseAddress), prefix.Key);
            Assert.Equal(network.PrefixLength, network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? prefix.Length : prefix.KeyBits);
        }

        return isPrefix ? 1 : 0;
    }

    private static string Mutated(Random random)
    {
        var result = new StringBuilder(WellFormed(random) + (random.Next(2) == 0 ? "" : $"/{random.Next(140)}"));
        for (var edits = random.Next(3); edits > 0; edits--)
        {
            var place = random.Next(result.Length + 1);
            switch (random.Next(4))
            {
                case 0 when place < result.Length:
                    result.Remove(place, 1);
                    break;
                case 1 when place < result.Length:
                    result[place] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 2:
                    result.Insert(place, result.ToString(0, place));
                    break;
                default:
                    result.Insert(place, Alphabet[random.Next(Alphabet.Length)]);
                    break;
            }
        }

        return result.ToString();
    }

    private static string WellFormed(Random random)
    {
        if (random.Next(3) == 0)
        {
            return Dotted(random);
        }

        var tail = random.Next(3) == 0 ? Dotted(random) : null;
        var total = tail is null ? 8 : 6;
        var groups = Enumerable.Range(0, total).Select(_ => Group(random)).ToList();
        if (random.Next(4) == 0)
        {
            groups = [.. Enumerable.Repeat("0", 5), "ffff", .. groups.Take(total - 6)];
        }

        if (random.Next(3) == 0)
        {
            return string.Join(':', tail is null ? groups : groups.Append(tail));
        }

        var gap = random.Next(total);
        var left = groups.Take(gap);
        var right = groups.Skip(gap + random.Next(1, total - gap + 1));
        return $"{string.Join(':', left)}::{string.Join(':', tail is null ? right : right.Append(tail))}";
    }

    private static string Dotted(Random random) =>
        string.Join('.', Enumerable.Range(0, 4).Select(_ => random.Next(256)));

    private static string Group(Random random)
    {
        var value = random.Next(random.Next(2) == 0 ? 16 : 0x10000);
        var format = (random.Next(2) == 0 ? "x" : "X") + random.Next(1, 5);
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
