using Bouncer.AspNetCore.Captcha.Local;


namespace Bouncer.AspNetCore.Tests.Captcha.Local;

public sealed class DifficultyTests
{
    [Fact]
    public void Bound_EverySecondStep_Doubles()
    {
        for (var difficulty = Difficulty.Easiest; difficulty <= Difficulty.Hardest - 2; difficulty++)
        {
            var ratio = (double)Difficulty.BoundOf(difficulty + 2) / Difficulty.BoundOf(difficulty);
            Assert.InRange(ratio, 1.95, 2.05);
        }
    }

    [Theory]
    [InlineData(int.MinValue, Difficulty.Easiest)]
    [InlineData(0, Difficulty.Easiest)]
    [InlineData(11, Difficulty.Hardest)]
    [InlineData(int.MaxValue, Difficulty.Hardest)]
    public void Bound_OutsideTheScale_IsThatOfItsEnd(int difficulty, int end) =>
        Assert.Equal(Difficulty.BoundOf(end), Difficulty.BoundOf(difficulty));
}
