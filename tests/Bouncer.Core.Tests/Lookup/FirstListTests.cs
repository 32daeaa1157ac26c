using Bouncer.Decisions;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lookup;

/// <summary>A list that is so long that its hosts are written while it is read.</summary>
public sealed class FirstListTests
{
    /// <summary>Several times the hosts that are written at once.</summary>
    private const int Count = 200_000;

    private static readonly RemediationSeverities Severities = new([], Remediation.Ban);
    private readonly TestClock _clock = new();

    [Fact]
    public void Replace_OfAnEmptyStore_AllocatesLittleMoreThanIsHeld()
    {
        var list = List(Count, IPv4);
        Load(list);

        // Table, ids and filter are 28 bytes a decision; the list is not held a second time.
        Assert.InRange(AllocatedBytes.Of(() => Load(list)) / (double)Count, 28, 40);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Replace_OfAnEmptyStore_FindsEveryHost(bool isIPv4)
    {
        Func<int, IpKey> address = isIPv4 ? IPv4 : IPv6;
        var index = Load(List(Count, address)).Index;

        Assert.Equal(Count, index.Count);
        Assert.All(Enumerable.Range(1, Count), id => Assert.Equal(id, IdOf(index, address(id))));
        Assert.Equal(0, index.FindStrongest(address(Count + 1), _clock));
    }

    [Fact]
    public void Replace_WhereLaterDecisionsConcernWhatWasWritten_MergesThem()
    {
        var list = List(Count, IPv4);
        var captcha = list.Intern(new("lists", "test", DecisionScope.Ip, "captcha", Remediation.Captcha));
        list.Add(1, captcha, IpPrefix.Host(IPv4(Count + 1)), text: null, long.MaxValue);
        list.Add(Count + 1, captcha, IpPrefix.Host(IPv4(2)), text: null, long.MaxValue);
        list.Add(Count + 2, captcha, IpPrefix.Of(IPv4(3), 24), text: null, long.MaxValue);
        var index = Load(list).Index;

        Assert.Equal(Count + 2, index.Count);
        Assert.Equal(1, IdOf(index, IPv4(Count + 1)));
        Assert.Equal([2, Count + 1], index.FindAll(IPv4(2), now: 0).Select(row => index.Held.Rows[row].Id));
        Assert.Contains(Count + 2, index.FindAll(IPv4(3), now: 0).Select(row => index.Held.Rows[row].Id));
        Assert.DoesNotContain(1, index.FindAll(IPv4(1), now: 0).Select(row => index.Held.Rows[row].Id));
    }

    private DecisionStore Load(DecisionRows list)
    {
        var store = new DecisionStore(Severities, max: int.MaxValue, _clock);
        store.Replace(list);
        return store;
    }

    private long IdOf(DecisionIndex index, IpKey address) => index.Held.Rows[index.FindStrongest(address, _clock)].Id;

    private static DecisionRows List(int count, Func<int, IpKey> address)
    {
        var rows = new DecisionRows();
        var ban = rows.Intern(new("lists", "test", DecisionScope.Ip, "ban", Remediation.Ban));
        for (var id = 1; id <= count; id++)
        {
            rows.Add(id, ban, IpPrefix.Host(address(id)), text: null, long.MaxValue);
        }

        return rows;
    }

    private static IpKey IPv4(int id) => IpKey.FromIPv4((uint)id * 0x9E37_79B9);

    private static IpKey IPv6(int id) => new(0x2001_0db8_0000_0000, (ulong)id);
}
