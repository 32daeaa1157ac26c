namespace Bouncer.HouseTests.Code;

public sealed class SampleLengthTests
{
    private const int Cap = 60;

    /// <summary>A sample is read in one go. The gateway is an application to try and to measure.</summary>
    [Fact]
    public void Samples_ButTheGateway_AreShort()
    {
        var samples = Repository.Under("samples", ".cs").GroupBy(file => file.Path.Split('/')[1]).ToDictionary(files => files.Key, files => files.Sum(file => file.Lines.Length));
        Assert.True(samples.Remove("Yarp.Gateway"));
        Assert.NotEmpty(samples);
        Findings.None(samples.Where(sample => sample.Value >= Cap).Select(sample => $"{sample.Key}: {sample.Value} lines of C#"), $"Samples of {Cap} lines or more:");
    }
}
