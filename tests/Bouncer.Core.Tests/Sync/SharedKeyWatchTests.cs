using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Sync;

public class SharedKeyWatchTests
{
    private readonly SharedKeyWatch _key = new();
    private readonly DecisionBuilder _make = new(new TestClock());

    [Fact]
    public void AKeyOfItsOwn_IsNeverTakenForShared()
    {
        for (long id = 1; id <= 100; id++)
        {
            Assert.False(Poll(brought: id));
        }

        Assert.False(_key.IsShared);
    }

    [Fact]
    public void WhatWasFoundByAskingAndComesWithTheNextDelta_WasNotTaken()
    {
        for (long id = 1; id <= 100; id++)
        {
            _key.Found([id]);
            Assert.False(Poll(brought: id));
        }

        Assert.False(_key.IsShared);
    }

    [Fact]
    public void LapisOwnGaps_AreNoSharedKey()
    {
        // One of ten is late: more than was ever seen.
        for (long id = 1; id <= 200; id++)
        {
            if (id % 10 == 0)
            {
                _key.Found([id]);
                Poll();
            }
            else
            {
                Poll(brought: id);
            }

            Assert.False(_key.IsShared);
        }
    }

    [Fact]
    public void HalfOfTheNewsTakenByAnother_IsNoticed_AndThatItEnded()
    {
        var changes = new List<bool>();
        for (long id = 1; id <= 10; id++)
        {
            if (id % 2 == 0)
            {
                _key.Found([id]);
            }

            if (id % 2 == 0 ? Poll() : Poll(brought: id))
            {
                changes.Add(_key.IsShared);
            }
        }

        Assert.True(_key.IsShared);
        for (long id = 100; id < 120; id++)
        {
            if (Poll(brought: id))
            {
                changes.Add(_key.IsShared);
            }
        }

        Assert.False(_key.IsShared);
        Assert.Equal([true, false], changes);
    }

    [Fact]
    public void EndsThatNoDeltaLists_AreNews()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.False(_key.IsShared);
            _key.Lacks();
            _key.Conclude();
        }

        Assert.True(_key.IsShared);
    }

    [Fact]
    public void AnotherThatTakesHalfOfAll_IsNoticedWhereSomethingEndsInEachPoll()
    {
        // What this one still hears does not excuse what it does not hear.
        for (long id = 1; id <= 10; id++)
        {
            _key.Hears();
            _key.Found([id]);
            Poll();
        }

        Assert.True(_key.IsShared);
    }

    [Fact]
    public void AnotherClientThatReceivesHalfOfTheEnds_IsDetected()
    {
        for (var i = 0; i < 5; i++)
        {
            _key.Hears();
            _key.Lacks();
            Poll(brought: i + 1);
        }

        Assert.True(_key.IsShared);
    }

    [Fact]
    public void QuietPolls_SayNothing()
    {
        for (var i = 0; i < 4; i++)
        {
            _key.Lacks();
            _key.Conclude();
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.False(Poll());
        }

        _key.Lacks();
        Assert.True(_key.Conclude());
        Assert.True(_key.IsShared);
    }

    private bool Poll(long? brought = null)
    {
        Decision[] added = brought is { } id ? [_make.Make("192.0.2.1", id: id)] : [];
        _key.Take(ScriptedLapi.Answer(added), hasNews: brought is not null);
        return _key.Conclude();
    }
}
