using System.Net;
using Bouncer.AspNetCore.Geo;
using Bouncer.AspNetCore.Geo.MaxMind;
using Bouncer.TestUtils;
using Bouncer.TestUtils.MaxMind;
using MaxMind.Db;

namespace Bouncer.AspNetCore.Tests.Geo;

/// <summary>What is read from databases, compared with MaxMind's own reader.</summary>
public sealed class GeoTableTests
{
    [Theory]
    [InlineData(24, 4)]
    [InlineData(28, 4)]
    [InlineData(32, 4)]
    [InlineData(24, 6)]
    [InlineData(28, 6)]
    [InlineData(32, 6)]
    public void Find_RandomNetworks_FindsWhatMaxMindsReaderFinds(int recordSize, int ipVersion)
    {
        var random = new Random(recordSize + ipVersion);
        var file = new MaxMindFile { RecordSize = (ushort)recordSize, IPVersion = (ushort)ipVersion, HasAliases = ipVersion == 6 };
        var addresses = new List<IPAddress> { IPAddress.Any, IPAddress.Broadcast };
        for (var block = 1; block < 224; block++)
        {
            var length = random.Next(8, 33);
            file.Add([(byte)block, (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)], length, MaxMindFile.Country(Code(random)));
            addresses.AddRange(Enumerable.Range(0, 20).Select(_ => new IPAddress([(byte)block, (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)])));
        }

        for (var block = 0; ipVersion == 6 && block < 256; block++)
        {
            var address = Bytes(random, 0x2a, (byte)block);
            file.Add(address, random.Next(16, 129), MaxMindFile.Country(Code(random)));
            addresses.Add(new IPAddress(address));
            addresses.AddRange(Enumerable.Range(0, 20).Select(_ => new IPAddress(Bytes(random, 0x2a, (byte)block))));
        }

        var content = file.ToArray();
        var table = Read(content);
        using var theirs = new Reader(new MemoryStream(content));
        var found = 0;
        foreach (var address in addresses)
        {
            var expected = CodeOf(theirs.Find<Dictionary<string, object>>(address));
            Assert.Equal(expected, table.Find(address));
            found += expected is null ? 0 : 1;
        }

        Assert.InRange(found, 100, addresses.Count - 100);
    }

    [Theory]
    [InlineData("::ffff:192.0.2.7", "DE")]
    [InlineData("2002:c000:0207::1", "DE")]
    [InlineData("192.0.2.7", "DE")]
    [InlineData("2001:db8::7", "FR")]
    [InlineData("192.0.3.7", null)]
    [InlineData("2001:db9::7", null)]
    public void Find_AliasedIPv4_IsThatOfTheIPv4Address(string address, string? expected)
    {
        var file = new MaxMindFile { HasAliases = true }.Add("192.0.2.0/24", MaxMindFile.Country("DE")).Add("2001:db8::/32", MaxMindFile.Country("FR"));
        Assert.Equal(expected, Read(file.ToArray()).Find(IPAddress.Parse(address)));
    }

    [Fact]
    public void Find_IPv6InADatabaseOfIPv4_FindsNothing()
    {
        var table = Read(new MaxMindFile { IPVersion = 4 }.Add("0.0.0.0/0", MaxMindFile.Country("DE")).ToArray());
        Assert.Null(table.Find(IPAddress.Parse("2001:db8::1")));
        Assert.Equal(("DE", "DE"), (table.Find(IPAddress.Loopback), table.Find(IPAddress.Loopback.MapToIPv6())));
    }

    [Fact]
    public void Find_OneRecordForAll_FindsIt()
    {
        var table = Read(new MaxMindFile().Add("::/0", MaxMindFile.Country("DE")).ToArray());
        Assert.Equal(("DE", "DE"), (table.Find(IPAddress.Loopback), table.Find(IPAddress.Parse("2001:db8::1"))));
    }

    [Theory]
    [InlineData("country", """{"country":{"iso_code":"de"},"registered_country":{"iso_code":"US"}}""", "DE")]
    [InlineData("country", """{"registered_country":{"iso_code":"US"},"represented_country":{"iso_code":"FR"}}""", null)]
    [InlineData("country", """{"country":"Germany","country_code":"DE","asn":"AS64496"}""", "DE")]
    [InlineData("country", """{"country":"DE","country_name":"Germany"}""", "DE")]
    [InlineData("country", """{"country":"Germany"}""", null)]
    [InlineData("country", """{"country":{"iso_code":"DEU"}}""", null)]
    [InlineData("country", """{"country":{"iso_code":7}}""", null)]
    [InlineData("country", """{"country":["DE"]}""", null)]
    [InlineData("country", "\"DE\"", null)]
    [InlineData("as", """{"autonomous_system_number":4134,"autonomous_system_organization":"X"}""", "4134")]
    [InlineData("as", """{"asn":"AS4134","country":"CN"}""", "4134")]
    [InlineData("as", """{"asn":4134}""", "4134")]
    [InlineData("as", """{"traits":{"autonomous_system_number":4134}}""", "4134")]
    [InlineData("as", """{"country":{"iso_code":"CN","AutonomousSystemNumber":"4134"}}""", "4134")]
    [InlineData("as", """{"autonomous_system_number":0}""", null)]
    [InlineData("as", """{"asn":"AS4294967296"}""", null)]
    [InlineData("as", """{"asn":"ASX"}""", null)]
    [InlineData("as", """{"asn":""}""", null)]
    [InlineData("as", """{"asn":"AS04134"}""", "4134")]
    public void Find_LayoutsOfTheVendors_AreRead(string kind, string record, string? expected)
    {
        var read = kind == "as" ? GeoKind.AS : GeoKind.Country;
        var other = read == GeoKind.AS ? MaxMindFile.AS(1) : MaxMindFile.Country("ZZ");
        var table = Read(new MaxMindFile().Add("192.0.2.0/24", JsonRecord.Read(record)).Add("198.51.100.0/24", other).ToArray(), read);
        Assert.Equal(expected, table.Find(IPAddress.Parse("192.0.2.1")));
    }

    [Theory]
    [InlineData("as", "it has no autonomous systems: it is a database of the type 'Test-Country'")]
    [InlineData("country", "it has no countries: it is a database of the type 'Test-ASN'")]
    public void Build_OfTheOtherKind_SaysSo(string kind, string problem)
    {
        var isAS = kind == "as";
        var file = new MaxMindFile { Type = isAS ? "Test-Country" : "Test-ASN" }.Add("192.0.2.0/24", isAS ? MaxMindFile.Country("DE") : MaxMindFile.AS(1));
        Assert.Equal(problem, Assert.Throws<InvalidDataException>(() => Read(file.ToArray(), isAS ? GeoKind.AS : GeoKind.Country)).Message);
    }

    [Fact]
    public void Find_DoesNotAllocate()
    {
        var table = Read(new MaxMindFile().Add("192.0.2.0/24", MaxMindFile.Country("DE")).Add("2001:db8::/32", MaxMindFile.Country("FR")).ToArray());
        IPAddress[] addresses = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"), IPAddress.Parse("::ffff:192.0.2.1"), IPAddress.Parse("9.9.9.9")];
        void FindAll() => Array.ForEach(addresses, address => table.Find(address));
        FindAll();
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            foreach (var address in addresses)
            {
                table.Find(address);
            }
        }));
    }

    internal static GeoTable Read(byte[] file, object? kind = null) => GeoTableBuilder.Build(new MaxMindDatabase(file), (GeoKind?)kind ?? GeoKind.Country);

    private static string? CodeOf(Dictionary<string, object>? record) =>
        record is not null && record.TryGetValue("country", out var country) ? (string)((Dictionary<string, object>)country)["iso_code"] : null;

    private static string Code(Random random) => $"{(char)('A' + random.Next(26))}{(char)('A' + random.Next(26))}";

    private static byte[] Bytes(Random random, params byte[] first)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        first.CopyTo(bytes, 0);
        return bytes;
    }
}
