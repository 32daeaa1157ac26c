using System.Text;
using Bouncer.Firewall.Nftables;

namespace Bouncer.Firewall.Tests.Nftables;

public sealed class NftElementReaderTests
{
    private static readonly NftSet IPv4 = new(true, 24, false, 0);
    private static readonly NftSet IPv6 = new(false, 64, false, 0);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Read_AList_TellsEachElementInPiecesOfAnySize(int bytesAtOnce)
    {
        var seen = await ReadAsync(
            """
            table inet elements {
            	set elements {
            		type ipv4_addr
            		size 65535	# count 5
            		flags timeout
            		elements = { 192.0.2.0 timeout 1d expires 23h59m58s996ms, 198.51.100.0,
            			     203.0.113.0 timeout 4w1d2h3m4s5ms, 10.0.0.0 timeout 3h expires 2m comment "a } , \ { b",
            			     10.0.1.7 expires 1ms }
            	}
            }

            """,
            IPv4,
            bytesAtOnce);
        Assert.Equal(
            [
                ("192.0.2.0/24", new TimeSpan(0, 23, 59, 58, 996)),
                ("198.51.100.0/24", TimeSpan.MaxValue),
                ("203.0.113.0/24", TimeSpan.Zero),
                ("10.0.0.0/24", TimeSpan.FromMinutes(2)),
                ("10.0.1.7/24", TimeSpan.FromMilliseconds(1)),
            ],
            seen);
    }

    [Fact]
    public async Task Read_IPv6_KeepsMappedAddressesApart()
    {
        var seen = await ReadAsync("elements = { 2001:db8::, ::ffff:192.0.2.1, ::192.0.2.1 }", IPv6);
        Assert.Equal(["2001:db8::/64", "::ffff:192.0.2.1/64", "::192.0.2.1/64"], seen.Select(element => element.Network));
    }

    [Theory]
    [InlineData("")]
    [InlineData("table inet t { set s { type ipv4_addr flags timeout } }")]
    [InlineData("elements = { }")]
    public async Task Read_AnEmptySet_TellsNothing(string text) => Assert.Empty(await ReadAsync(text, IPv4));

    [Theory]
    [InlineData("elements = { 192.0.2.1")]
    [InlineData("elements = { 192.0.2.1, ")]
    [InlineData("elements = { 192.0.2.1 timeout 1h comment \"")]
    [InlineData("table inet t {")]
    [InlineData("table")]
    [InlineData("elements = { 192.0.2.1, , 192.0.2.2 }")]
    [InlineData("elements = { 192.0.2.1, }")]
    [InlineData("elements = { , }")]
    [InlineData("elements = { timeout 1h }")]
    [InlineData("elements = { 192.0.2.1 timeout }")]
    [InlineData("elements = { 192.0.2.1 timeout 1 }")]
    [InlineData("elements = { 192.0.2.1 timeout h }")]
    [InlineData("elements = { 192.0.2.1 timeout 1x }")]
    [InlineData("elements = { 192.0.2.1 timeout -1h }")]
    [InlineData("elements = { 192.0.2.1 expires 99999999999999999999d }")]
    [InlineData("elements = { 192.0.2.1 expires 4000000000d }")]
    [InlineData("elements = { 192.0.2.0/24 }")]
    [InlineData("elements = { 192.0.2.0-192.0.2.9 }")]
    [InlineData("elements = { 2001:db8:: }")]
    [InlineData("elements = { { 192.0.2.1 } }")]
    [InlineData("elements = { \"192.0.2.1\", 192.0.2.2 }")]
    [InlineData("elements = { 0x7f.1 }")]
    public async Task Read_Garbage_IsNotUnderstood(string text) =>
        await Assert.ThrowsAsync<FormatException>(() => ReadAsync(text, IPv4));

    [Fact]
    public async Task Read_AWordWithoutEnd_IsGivenUp() =>
        await Assert.ThrowsAsync<FormatException>(() => ReadAsync("elements = { " + new string('1', 100_000), IPv4));

    private static async Task<List<(string Network, TimeSpan Left)>> ReadAsync(string text, NftSet set, int bytesAtOnce = 100_000)
    {
        List<(string, TimeSpan)> seen = [];
        using Drops stream = new(Encoding.UTF8.GetBytes(text), bytesAtOnce);
        await NftElementReader.ReadAsync(stream, set, (network, _, left) => seen.Add(($"{network.ToIPAddress()}/{network.Length}", left)), CancellationToken.None);
        return seen;
    }

    private sealed class Drops(byte[] content, int bytesAtOnce) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, bytesAtOnce)], cancellationToken);
    }
}
