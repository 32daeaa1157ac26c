using System.Buffers;
using System.Net;
using System.Text;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using FsCheck;
using FsCheck.Fluent;

namespace Bouncer.AspNetCore.Tests.ClientAddress.ProxyProtocol;

/// <summary>What bytes are a header, whatever they arrive in.</summary>
public sealed class ProxyHeaderReaderTests
{
    private static readonly byte[] Behind = "GET / HTTP/1.1\r\n\r\n"u8.ToArray();

    public static TheoryData<string> BadLines => [.. ProxyHeaders.BadLines];

    public static TheoryData<string, byte[]> BadBlocks
    {
        get
        {
            var blocks = new TheoryData<string, byte[]>();
            foreach (var (wrong, bytes) in ProxyHeaders.BadBlocks())
            {
                blocks.Add(wrong, bytes);
            }

            return blocks;
        }
    }

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", "192.0.2.1:56324", "198.51.100.2:443")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP4 127.0.0.1 0.0.0.0 0 0\r\n", "127.0.0.1:0", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:2 1 2\r\n", "[2001:db8::1]:1", "[2001:db8::2]:2")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.2 1 2\r\n", "192.0.2.1:1", "198.51.100.2:2")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN \r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", null, null)]
    [InlineData("PROXY UNKNOWN PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", null, null)]
    public void Read_Line_IsWhatItSays(string line, string? source, string? destination) =>
        AssertReads(ProxyHeaders.V1(line), source is null ? ProxyHeaderKind.Unnamed : ProxyHeaderKind.Named, source, destination);

    [Theory]
    [InlineData(0x20, 0x00, 0, ProxyHeaderKind.Local)]
    [InlineData(0x20, 0x00, 300, ProxyHeaderKind.Local)]
    [InlineData(0x20, 0xFF, 3, ProxyHeaderKind.Local)]
    [InlineData(0x20, ProxyHeaders.Tcp4, 5, ProxyHeaderKind.Local)]
    [InlineData(0x20, ProxyHeaders.Tcp4, 12, ProxyHeaderKind.Local)]
    [InlineData(0x21, 0x00, 0, ProxyHeaderKind.Unnamed)]
    [InlineData(0x21, 0x00, 5, ProxyHeaderKind.Unnamed)]
    [InlineData(0x21, 0x01, 2, ProxyHeaderKind.Unnamed)]
    [InlineData(0x21, 0x10, 12, ProxyHeaderKind.Unnamed)]
    [InlineData(0x21, 0x20, 36, ProxyHeaderKind.Unnamed)]
    [InlineData(0x21, 0x31, 216, ProxyHeaderKind.Unnamed)]
    [InlineData(0x21, 0x32, 216, ProxyHeaderKind.Unnamed)]
    [InlineData(0x20, 0x00, 4080, ProxyHeaderKind.Local)]
    public void Read_BlockWithoutClient_LeavesThePeer(byte command, byte family, int length, object kind) =>
        AssertReads(ProxyHeaders.Block(command, family, new byte[length]), (ProxyHeaderKind)kind, null, null);

    [Theory]
    [InlineData("192.0.2.1:56324", "198.51.100.2:443")]
    [InlineData("[2001:db8::1]:1", "[2001:db8::2]:65535")]
    public void Read_BlockWithFieldsAndChecksum_IsWhatItSays(string source, string destination)
    {
        var (from, to) = (IPEndPoint.Parse(source), IPEndPoint.Parse(destination));
        byte[] fields = [.. ProxyHeaders.Field(0x02, "shop.example"u8.ToArray()), .. ProxyHeaders.Field(0x20, new byte[40]), .. ProxyHeaders.Field(0x04, []), .. ProxyHeaders.Field(0xEA, new byte[23])];
        AssertReads(ProxyHeaders.V2(from, to, withChecksum: true, fields), ProxyHeaderKind.Named, source, destination);
        AssertReads(ProxyHeaders.V2(from, to, withChecksum: false, fields), ProxyHeaderKind.Named, source, destination);
    }

    [Fact]
    public void Read_UdpFamilies_AreRead()
    {
        var block = ProxyHeaders.V2(IPEndPoint.Parse("192.0.2.1:1"), IPEndPoint.Parse("192.0.2.2:2"));
        block[13] = 0x12;
        AssertReads(block, ProxyHeaderKind.Named, "192.0.2.1:1", "192.0.2.2:2");
    }

    [Theory]
    [MemberData(nameof(BadLines))]
    public void Read_BadLine_IsNoHeaderWhereverItIsSplit(string line) => AssertRefuses(ProxyHeaders.V1(line));

    [Theory]
    [MemberData(nameof(BadBlocks))]
    public void Read_BadBlock_IsNoHeaderWhereverItIsSplit(string wrong, byte[] bytes)
    {
        Assert.NotNull(wrong);
        AssertRefuses(bytes);
    }

    [Theory]
    [InlineData(0, 0x0C)]
    [InlineData(0, 0x51)]
    [InlineData(1, 0x0D)]
    [InlineData(11, 0x00)]
    [InlineData(12, 0x11)]
    [InlineData(12, 0x22)]
    [InlineData(13, 0x41)]
    [InlineData(13, 0x13)]
    public void Read_FirstByteThatCannotBelong_EndsIt(int at, byte value)
    {
        var block = ProxyHeaders.V2(IPEndPoint.Parse("192.0.2.1:1"), IPEndPoint.Parse("192.0.2.2:2"));
        block[at] = value;
        Assert.Equal(OperationStatus.InvalidData, ProxyHeaderReader.Read(block.AsSpan(0, at + 1), out _, out _));
    }

    [Fact]
    public void Read_AnyValidHeader_RoundTripsWhereverItIsSplit()
    {
        var ports = Gen.Choose(0, 65535);
        var bytes = Gen.Choose(0, 255).Select(one => (byte)one);
        var address = Gen.Elements(4, 16).SelectMany(size => bytes.ListOf(size)).Select(list => new IPAddress(list.ToArray()));
        var fields = from type in Gen.Choose(4, 255) from value in bytes.ListOf() select ProxyHeaders.Field((byte)type, [.. value.Take(40)]);
        var any = from source in address
                  from destination in address
                  from sourcePort in ports
                  from destinationPort in ports
                  from version in Gen.Elements(1, 2)
                  from sum in Gen.Elements(true, false)
                  from more in fields.ListOf()
                  where source.AddressFamily == destination.AddressFamily && !IsUnspecified(source)
                  select (client: new IPEndPoint(source, sourcePort), server: new IPEndPoint(destination, destinationPort), version, sum, fields: more.Take(8).SelectMany(field => field).ToArray());
        Prop.ForAll(any.ToArbitrary(), one =>
        {
            var header = one.version == 1 ? ProxyHeaders.V1(one.client, one.server) : ProxyHeaders.V2(one.client, one.server, one.sum, one.fields);
            AssertReads(header, ProxyHeaderKind.Named, Plain(one.client), Plain(one.server));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    /// <summary>Whatever comes: no exception, no reading beyond the bound, and an answer that more bytes do not change.</summary>
    [Fact]
    public void Read_RandomBytes_NeverThrowsAndStaysWithItsAnswer()
    {
        var random = new Random(4711);
        byte[][] seeds =
        [
            ProxyHeaders.V1("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n"),
            ProxyHeaders.V1("PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n"),
            ProxyHeaders.V2(IPEndPoint.Parse("192.0.2.1:1"), IPEndPoint.Parse("192.0.2.2:2"), withChecksum: true),
            ProxyHeaders.V2(IPEndPoint.Parse("[2001:db8::1]:1"), IPEndPoint.Parse("[2001:db8::2]:2"), false, ProxyHeaders.Field(0x04, new byte[20])),
            [],
        ];
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = seeds[random.Next(seeds.Length)].Concat(Noise(random)).ToArray();
            for (var change = random.Next(3); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var whole = ProxyHeaderReader.Read(bytes, out var header, out var length);
            var half = ProxyHeaderReader.Read(bytes.AsSpan(0, random.Next(bytes.Length)), out _, out var early);
            Assert.True(half == OperationStatus.NeedMoreData || (half == whole && early == length), $"{Convert.ToHexString(bytes)}: {half}, then {whole}");
            if (whole == OperationStatus.Done)
            {
                Assert.InRange(length, 1, Math.Min(bytes.Length, ProxyHeaderReader.Longest));
                Assert.Equal(header.Kind == ProxyHeaderKind.Named, header.Source is not null);
            }
        }
    }

    [Fact]
    public void Crc32C_KnownText_IsTheKnownSum() => Assert.Equal(0xE3069283U, ProxyHeaderFields.Crc32C("123456789"u8, 9));

    [Fact]
    public void Crc32C_ItsOwnBytes_CountAsZeros() =>
        Assert.Equal(ProxyHeaderFields.Crc32C("1234\0\0\0\056789"u8, 13), ProxyHeaderFields.Crc32C("1234abcd56789"u8, 4));

    private static byte[] Noise(Random random)
    {
        var noise = new byte[1 + random.Next(200)];
        random.NextBytes(noise);
        return noise;
    }

    private static bool IsUnspecified(IPAddress address) =>
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() is var text && (text == "::" || text.StartsWith("0.", StringComparison.Ordinal));

    private static string Plain(IPEndPoint end) => new IPEndPoint(end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address, end.Port).ToString();

    private static void AssertReads(byte[] bytes, ProxyHeaderKind kind, string? source, string? destination)
    {
        for (var split = 0; split < bytes.Length; split++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, ProxyHeaderReader.Read(bytes.AsSpan(0, split), out _, out _));
        }

        foreach (var all in new[] { bytes, [.. bytes, .. Behind] })
        {
            Assert.Equal(OperationStatus.Done, ProxyHeaderReader.Read(all, out var header, out var length));
            Assert.Equal((kind, source, destination, bytes.Length), (header.Kind, header.Source?.ToString(), header.Destination?.ToString(), length));
        }
    }

    private static void AssertRefuses(byte[] bytes)
    {
        for (var split = 0; split < bytes.Length; split++)
        {
            Assert.NotEqual(OperationStatus.Done, ProxyHeaderReader.Read(bytes.AsSpan(0, split), out _, out _));
        }

        Assert.True(ProxyHeaderReader.Read(bytes, out _, out _) == OperationStatus.InvalidData, Encoding.Latin1.GetString(bytes));
    }
}
