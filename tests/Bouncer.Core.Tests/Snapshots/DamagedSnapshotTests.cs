using Bouncer.Decisions;
using Bouncer.Net;
using Bouncer.Snapshots;
using Bouncer.TestUtils;
using static Bouncer.Tests.Snapshots.SnapshotBytes;

namespace Bouncer.Tests.Snapshots;

/// <summary>Files with bits turned, cut, and with bytes added, by seed.</summary>
public sealed class DamagedSnapshotTests
{
    private const int Files = 10_000;

    private readonly TestClock _clock = new();

    [Fact]
    public void Read_OfADamagedFile_IsRefused()
    {
        var file = Some();
        for (var seed = 1; seed <= Files; seed++)
        {
            var damaged = Damage(file, new Random(seed));
            if (!damaged.AsSpan().SequenceEqual(file))
            {
                Assert.True(Record.Exception(() => Read(damaged, _clock)) is SnapshotException, $"seed {seed}");
            }
        }
    }

    /// <summary>The checksum shows nearly all damage. Without it, the reader still neither fails otherwise nor takes what LAPI could not
    /// have sent.</summary>
    [Fact]
    public void Read_OfADamagedFileWithARightChecksum_IsRefusedOrValid()
    {
        var file = Some();
        var valid = 0;
        for (var seed = 1; seed <= Files; seed++)
        {
            var damaged = Sign(Damage(file, new Random(seed)));
            var fault = Record.Exception(() => AssertValid(Read(damaged, _clock)));
            Assert.True(fault is null or SnapshotException, $"seed {seed}: {fault}");
            valid += fault is null ? 1 : 0;
        }

        Assert.InRange(valid, 1, Files - 1);
    }

    private static void AssertValid(Snapshot snapshot)
    {
        for (var row = 1; row <= snapshot.Rows.Count; row++)
        {
            var kind = snapshot.Rows.Kind(row);
            Assert.True(snapshot.Rows[row].Id > 0);
            Assert.Equal(kind.Scope.IsAddress, snapshot.Rows[row].Family != RowFamily.Text);
            Assert.NotEmpty(snapshot.Rows.Value(row));
            if (kind.Scope.IsAddress)
            {
                Assert.False(InForce.Query.IsTooWide(snapshot.Rows.Prefix(row)));
                Assert.True(IpParser.TryParsePrefix(snapshot.Rows.Value(row), out var network) && network == snapshot.Rows.Prefix(row));
            }
        }
    }

    private byte[] Some()
    {
        var make = new DecisionBuilder(_clock);
        return Write(
            TestRows.Of(
                [
                    .. Enumerable.Range(1, 20).Select(i => make.Make($"192.0.2.{i}", id: i, origin: "origin " + (i / 5))),
                    .. Enumerable.Range(1, 10).Select(i => make.Make($"198.51.{i}.0/24", id: 100 + i)),
                    .. Enumerable.Range(1, 10).Select(i => make.Make($"2001:db8:{i}::/48", "captcha", id: 200 + i)),
                    .. Enumerable.Range(1, 5).Select(i => make.Make($"2001:0DB8::{i}", id: 300 + i)),
                    .. Enumerable.Range(1, 5).Select(i => make.Make("D" + i, scope: "country", id: 400 + i)),
                ]),
            _clock);
    }

    private static byte[] Damage(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 64), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 64)).Select(_ => (byte)random.Next(256)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }
}
