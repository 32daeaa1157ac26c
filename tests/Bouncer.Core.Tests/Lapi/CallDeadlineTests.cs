using Bouncer.Lapi;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lapi;

public class CallDeadlineTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly TestClock _time = new();

    [Fact]
    public void Token_Silence_Passes()
    {
        using var deadline = Create();

        _time.Advance(Silence - TimeSpan.FromTicks(1));
        Assert.False(deadline.HasPassed);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.True(deadline.HasPassed);
        Assert.True(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void HeadersArrived_RestartsTheWindow()
    {
        using var deadline = Create();

        _time.Advance(TimeSpan.FromSeconds(9));
        deadline.HeadersArrived();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(deadline.HasPassed);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(deadline.HasPassed);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(113, false)]
    [InlineData(114, true)]
    [InlineData(1024, true)]
    public void BodyArrived_B10_LessThanAKibibyteInAWindow_Passes(int bytesPerSecond, bool lives)
    {
        using var deadline = Create();

        for (var second = 0; second < 50; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            deadline.BodyArrived(bytesPerSecond);
        }

        Assert.Equal(lives, !deadline.HasPassed);
    }

    [Fact]
    public void BodyArrived_Steadily_StillEndsWithTheWhole()
    {
        using var deadline = Create();

        for (var second = 0; second < 60; second++)
        {
            Assert.False(deadline.HasPassed);
            _time.Advance(TimeSpan.FromSeconds(1));
            deadline.BodyArrived(100_000);
        }

        Assert.True(deadline.HasPassed);
    }

    [Fact]
    public void Token_BeforeTheHeaders_EndsWithTheWholeIfThatIsSooner()
    {
        using var deadline = new CallDeadline(_time, Silence * 6, Silence, TimeSpan.FromSeconds(15), CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(15) - TimeSpan.FromMilliseconds(1));
        Assert.False(deadline.HasPassed);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(deadline.HasPassed);
    }

    [Fact]
    public void HeadersArrived_AfterTheWhole_DoesNotOpenAnotherWindow()
    {
        using var deadline = Create();

        _time.Advance(TimeSpan.FromSeconds(9));
        deadline.HeadersArrived();
        for (var second = 9; second < 65; second += 4)
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            deadline.HeadersArrived();
        }

        Assert.True(deadline.HasPassed);
    }

    [Fact]
    public void Token_AfterTheCall_DoesNotFollowTheCaller()
    {
        using var caller = new CancellationTokenSource();
        var deadline = new CallDeadline(_time, Silence, Silence, TimeSpan.FromMinutes(1), caller.Token);
        var token = deadline.Token;

        deadline.Dispose();
        caller.Cancel();

        Assert.False(token.IsCancellationRequested);
    }

    [Fact]
    public void Token_CallerGaveUpBefore_HasEnded()
    {
        using var caller = new CancellationTokenSource();
        caller.Cancel();
        using var deadline = new CallDeadline(_time, Silence, Silence, TimeSpan.FromMinutes(1), caller.Token);

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.HasPassed);
    }

    [Fact]
    public void Token_CallerGivesUp_EndsWithoutADeadlinePassed()
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new CallDeadline(_time, Silence, Silence, TimeSpan.FromMinutes(1), caller.Token);

        caller.Cancel();

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.HasPassed);
    }

    [Fact]
    public void Token_BeforeTheHeaders_HasThePatienceOfItsOwn()
    {
        using var deadline = new CallDeadline(_time, Silence * 6, Silence, TimeSpan.FromMinutes(10), CancellationToken.None);

        _time.Advance((Silence * 6) - TimeSpan.FromTicks(1));
        Assert.False(deadline.Token.IsCancellationRequested);
        deadline.HeadersArrived();
        _time.Advance(Silence);
        Assert.True(deadline.Token.IsCancellationRequested);
    }

    private CallDeadline Create() => new(_time, Silence, Silence, TimeSpan.FromMinutes(1), CancellationToken.None);
}
