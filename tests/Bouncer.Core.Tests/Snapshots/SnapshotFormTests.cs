using System.Buffers.Binary;
using System.Net;
using Bouncer.Decisions;
using Bouncer.Net;
using Bouncer.Snapshots;
using Bouncer.TestUtils;
using FsCheck;
using FsCheck.Fluent;
using static Bouncer.Tests.Snapshots.SnapshotBytes;

namespace Bouncer.Tests.Snapshots;

public sealed class SnapshotFormTests
{
    private static readonly string[] Texts = ["", "ban", "Captcha", "crowdsecurity/ssh-bf", "ünï\0\n", "\U0001F600", new('x', 256), new('\uFFFD', 256)];

    private readonly TestClock _clock = new();

    /// <summary>Decisions of all families, with texts of their own and without, are the same afterwards, in a process whose clock counts
    /// otherwise.</summary>
    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var row = from seed in Gen.Choose(0, int.MaxValue - 1)
                  from family in Gen.Choose(0, 2)
                  from lasts in Gen.Choose(1, 1_000_000)
                  select (seed, family, lasts);
        Prop.ForAll(Arb.Array(row.ToArbitrary()), drawn =>
        {
            var rows = Rows(drawn);
            var other = new TestClock(_clock.GetUtcNow(), timestampFrequency: 1_000_000_007);

            var read = Read(Write(rows, _clock, TimeSpan.FromSeconds(7)), other);

            Assert.Equal(TimeSpan.FromSeconds(7), read.Age);
            Assert.Equal(Listed(rows, _clock), Listed(read.Rows, other));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void Read_Later_LeavesOutWhatEndedAndShortensTheRest()
    {
        var make = new DecisionBuilder(_clock);
        var file = Write(TestRows.Of(make.Make("192.0.2.1", id: 1, lasts: TimeSpan.FromHours(1)), make.Make("192.0.2.2", id: 2, lasts: TimeSpan.FromHours(3))), _clock);
        _clock.StepWallClock(TimeSpan.FromHours(2));

        var read = Read(file, _clock);

        Assert.Equal(1, read.Rows.Count);
        Assert.Equal("192.0.2.2", read.Rows.Value(1));
        Assert.InRange(Left(read.Rows, 1, _clock), TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromHours(2), read.Age);
    }

    [Fact]
    public void Read_WithAClockSetBack_NeverGivesADecisionMoreTime()
    {
        var file = Write(TestRows.Of(new DecisionBuilder(_clock).Make("192.0.2.1", id: 1, lasts: TimeSpan.FromHours(1))), _clock);
        _clock.StepWallClock(TimeSpan.FromSeconds(-59));
        Assert.InRange(Left(Read(file, _clock).Rows, 1, _clock), TimeSpan.Zero, TimeSpan.FromHours(1));

        _clock.StepWallClock(TimeSpan.FromSeconds(-2));
        Assert.Contains("set back", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OlderThanMaxAge_IsRefused()
    {
        var file = Write(TestRows.Of(new DecisionBuilder(_clock).Make("192.0.2.1", id: 1, lasts: TimeSpan.FromDays(9))), _clock, TimeSpan.FromHours(23));
        _clock.StepWallClock(TimeSpan.FromHours(1));
        Assert.Equal(1, Read(file, _clock).Rows.Count);

        _clock.StepWallClock(TimeSpan.FromSeconds(1));
        Assert.Contains("MaxAge", Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "no snapshot")]
    [InlineData(8, "another version")]
    [InlineData(12, "another LAPI, key or filter")]
    [InlineData(44, "damaged")]
    [InlineData(52, "damaged")]
    [InlineData(60, "damaged")]
    public void Read_WithAHeaderFieldBroken_SaysWhichEvenIfTheChecksumIsRight(int at, string reason)
    {
        var file = Write(TestRows.Of(new DecisionBuilder(_clock).Make("192.0.2.1", id: 1)), _clock);
        file.AsSpan(at, at == 60 ? 1 : 8).Fill(0xFF);

        Assert.Contains(reason, Refusal(Sign(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithARowThatLapiCouldNotHaveSent_RefusesAll()
    {
        var make = new DecisionBuilder(_clock);
        var good = TestRows.Of(make.Make("192.0.2.0/24", id: 1));
        var file = Write(good, _clock);
        Assert.Equal(1, Read(file, _clock).Rows.Count);
        var row = file.Length - SnapshotFormat.HashLength - 5 - 26;

        Assert.All<Action<byte[]>>(
            [
                bytes => bytes[row + 25] = 7,                                                       // wider than is believed
                bytes => bytes[row + 25] = 33,
                bytes => bytes[row + 21] = 1,                                                       // host bits
                bytes => bytes[row + 1] = 2,                                                        // a kind that is not there
                bytes => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(row + 5), 0),         // no id
                bytes => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(row + 13), 0),        // no time left
                bytes => bytes[row] = (byte)SnapshotFormat.Tag.IPv6,
                bytes => bytes[^(SnapshotFormat.HashLength + 4)] = 2,                               // another number of decisions
            ],
            spoil =>
            {
                byte[] spoilt = [.. file];
                spoil(spoilt);
                Assert.Contains("damaged", Refusal(Sign(spoilt)), StringComparison.Ordinal);
            });
    }

    [Fact]
    public void Read_OfAnotherKeyLapiOrFilter_IsRefused()
    {
        var file = Write(TestRows.Of(new DecisionBuilder(_clock).Make("192.0.2.1", id: 1)), _clock);
        Assert.All<(string Key, Action<BouncerOptions> Change)>(
            [
                ("other", _ => { }),
                ("key", options => options.Lapi.Url = new Uri("http://127.0.0.2:8080/")),
                ("key", options => options.Sync.Origins = ["CAPI"]),
                ("key", options => options.Sync.Scopes = ["CAPI"]),
                ("key", options => options.Sync.ScenariosContaining = ["CAPI"]),
                ("key", options => options.Sync.ScenariosNotContaining = ["CAPI"]),
                ("key", options => options.Sync.MinIPv4PrefixLength = 9),
            ],
            one =>
            {
                var settings = SettingsOf(one.Change);
                var refusal = Assert.Throws<SnapshotException>(
                    () => SnapshotReader.Read(new MemoryStream(file), file.Length, SnapshotIdentity.Of(settings, one.Key), _clock));
                Assert.Contains("another LAPI, key or filter", refusal.Message, StringComparison.Ordinal);
            });
    }

    [Fact]
    public void Write_NeverHasTheKey()
    {
        var settings = SettingsOf(static options => options.Lapi.ApiKey = "0123456789abcdef");
        using var stream = new MemoryStream();
        SnapshotWriter.Write(stream, Index(TestRows.Of(), _clock), SnapshotIdentity.Of(settings, "0123456789abcdef"), default, _clock);

        Assert.Equal(-1, stream.ToArray().AsSpan().IndexOf("0123456789abcdef"u8));
        Assert.Equal(SnapshotFormat.MinLength, stream.Length);
    }

    private string Refusal(byte[] file) => Assert.Throws<SnapshotException>(() => Read(file, _clock)).Message;

    private DecisionRows Rows((int Seed, int Family, int Lasts)[] drawn)
    {
        var rows = new DecisionRows();
        for (var i = 0; i < drawn.Length; i++)
        {
            var random = new Random(drawn[i].Seed);
            string Text(int most = 256) => Texts[random.Next(Texts.Length)] is var text && System.Text.Encoding.UTF8.GetByteCount(text) <= most ? text : "short";
            var deadline = _clock.GetTimestamp() + ((long)drawn[i].Lasts * _clock.TimestampFrequency);
            var scope = drawn[i].Family == 2 ? new DecisionScope("Custom " + random.Next(3)) : random.Next(2) == 0 ? DecisionScope.Ip : DecisionScope.Range;
            var type = Text();
            var kind = rows.Intern(new(Text(768), Text(768), scope, type, new Remediation(type.Length == 0 ? "unknown" : type)));
            if (drawn[i].Family == 2)
            {
                rows.Add(i + 1, kind, Text(255) + "v", deadline);
                continue;
            }

            var prefix = drawn[i].Family == 0
                ? IpPrefix.Of(IpKey.FromIPv4((uint)random.NextInt64()), random.Next(8, 33))
                : IpPrefix.Of(new IpKey(0x2001_0db8_0000_0000 | (ulong)random.NextInt64(1 << 30), (ulong)random.NextInt64()), random.Next(16, 129));
            var text = prefix.ToIPNetwork().ToString();
            rows.Add(i + 1, kind, prefix, PrefixText.Is(System.Text.Encoding.ASCII.GetBytes(text), prefix, scope) ? null : text, deadline);
        }

        return rows;
    }

    private static IEnumerable<(long, DecisionKind, string, IPNetwork?, TimeSpan)> Listed(DecisionRows rows, TimeProvider time) =>
        from row in Enumerable.Range(1, rows.Count)
        let decision = rows.ToDecision(row, time)
        orderby decision.Id
        select (decision.Id, rows.Kind(row), decision.Value, decision.Network, TimeSpan.FromSeconds(Math.Round(Left(rows, row, time).TotalSeconds, 3)));

    private static TimeSpan Left(DecisionRows rows, int row, TimeProvider time) => time.GetElapsedTime(time.GetTimestamp(), rows[row].Deadline);
}
