using System.Net;
using Bouncer.AspNetCore.Geo;
using Bouncer.AspNetCore.Geo.MaxMind;
using Bouncer.TestUtils.MaxMind;

namespace Bouncer.AspNetCore.Tests.Geo;

/// <summary>Damaged databases: refused as a whole, or read without an exception and without an end of time.</summary>
public sealed class DamagedDatabaseTests
{
    private static readonly IPAddress[] Addresses =
        [.. ((string[])["0.0.0.0", "192.0.2.1", "198.51.100.200", "255.255.255.255", "::", "::1", "2001:db8::1", "2002:c000:201::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]).Select(IPAddress.Parse)];

    [Theory]
    [InlineData(24, 6)]
    [InlineData(28, 6)]
    [InlineData(32, 4)]
    public void AnyByteChanged_IsRefusedOrRead(int recordSize, int ipVersion)
    {
        var good = Small(recordSize, ipVersion);
        var (refused, read) = (0, 0);
        var file = new byte[good.Length];
        for (var position = 0; position < good.Length; position++)
        {
            foreach (var value in (int[])[0, 0x20, 0x3F, 0xE1, 0xFF, good[position] + 1, good[position] ^ 0x80, good[position] ^ 0x40])
            {
                good.CopyTo(file, 0);
                file[position] = (byte)value;
                _ = CanBeRead(file) ? read++ : refused++;
            }
        }

        Assert.True(refused > 100 && read > 100, $"{refused} refused, {read} read");
    }

    [Fact]
    public void AnyLength_IsRefused()
    {
        var good = Small(28, 6);
        for (var length = 0; length < good.Length; length++)
        {
            Assert.False(CanBeRead(good[..length]), $"{length} bytes of {good.Length}");
        }
    }

    [Fact]
    public void RandomBytesChanged_IsRefusedOrRead()
    {
        var good = Small(24, 6);
        var random = new Random(7);
        for (var run = 0; run < 20_000; run++)
        {
            var file = good.ToArray();
            for (var change = random.Next(1, 12); change > 0; change--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            CanBeRead(file);
        }
    }

    [Theory]
    [InlineData("", "it is not a MaxMind DB file, or its end is missing")]
    [InlineData("<html>Sign in</html>", "it is not a MaxMind DB file, or its end is missing")]
    public void OtherFile_SaysThatItIsNone(string content, string problem) =>
        Assert.Equal(problem, Assert.Throws<InvalidDataException>(() => GeoTableTests.Read(System.Text.Encoding.UTF8.GetBytes(content))).Message);

    /// <summary>A node leads to itself.</summary>
    [Fact]
    public void TreeInACircle_IsRefused()
    {
        var file = Small(24, 6);
        Array.Clear(file, 0, 6);
        Assert.Contains("its tree is damaged", Assert.Throws<InvalidDataException>(() => GeoTableTests.Read(file)).Message, StringComparison.Ordinal);
    }

    /// <summary>Each node leads twice to the next: two to the power of 120 paths.</summary>
    [Fact]
    public void TreeWithPathsWithoutNumber_IsReadInTime()
    {
        var file = new MaxMindFile { RecordSize = 24 }.Add("::/120", MaxMindFile.Country("DE")).ToArray();
        for (var node = 0; node < 119; node++)
        {
            (file[(6 * node) + 3], file[(6 * node) + 4], file[(6 * node) + 5]) = (0, 0, (byte)(node + 1));
        }

        Assert.Equal("DE", GeoTableTests.Read(file).Find(IPAddress.Parse("2001:db8::1")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(int.MaxValue)]
    public void PointerAstray_IsRefused(int offset)
    {
        // At 0 there is this pointer itself.
        var file = new MaxMindFile().Add("192.0.2.0/24", new MaxMindPointer(offset)).Add("198.51.100.0/24", MaxMindFile.Country("DE"));
        Assert.Throws<InvalidDataException>(() => GeoTableTests.Read(file.ToArray()));
    }

    private static byte[] Small(int recordSize, int ipVersion)
    {
        var file = new MaxMindFile { RecordSize = (ushort)recordSize, IPVersion = (ushort)ipVersion, HasAliases = ipVersion == 6 }
            .Add("192.0.2.0/24", MaxMindFile.Country("DE")).Add("198.51.100.128/25", JsonRecord.Read("""{"country_code":"FR","list":[1,{"a":true}]}"""));
        return (ipVersion == 6 ? file.Add("2001:db8::/32", MaxMindFile.Country("SE")) : file).ToArray();
    }

    private static bool CanBeRead(byte[] file)
    {
        GeoTable table;
        try
        {
            table = GeoTableBuilder.Build(new MaxMindDatabase(file), GeoKind.Country);
        }
        catch (InvalidDataException)
        {
            return false;
        }

        foreach (var address in Addresses)
        {
            table.Find(address);
        }

        return true;
    }
}
