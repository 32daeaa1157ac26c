using System.Text;
using Bouncer.Configuration;
using Bouncer.AspNetCore.Captcha.SiteVerify;

namespace Bouncer.AspNetCore.Tests.Captcha.SiteVerify;

public sealed class SiteSecretTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("one", "one")]
    [InlineData("  one \r\nsecond line", "one")]
    [InlineData("\ufeffone\n", "one")]
    [InlineData("", null)]
    [InlineData("\none", null)]
    [InlineData("two words", null)]
    [InlineData("n\u00f6n-ascii", null)]
    public async Task Read_OfAFile_TakesItsFirstLine(string text, string? secret)
    {
        await File.WriteAllBytesAsync(_file, Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        Assert.Equal(secret, await ReadAsync());
    }

    [Fact]
    public async Task Read_OfAFileThatChanged_TakesTheNewSecret()
    {
        await File.WriteAllTextAsync(_file, "old", TestContext.Current.CancellationToken);
        Assert.Equal("old", await ReadAsync());
        await File.WriteAllTextAsync(_file, "new", TestContext.Current.CancellationToken);
        Assert.Equal("new", await ReadAsync());
    }

    [Fact]
    public async Task Read_OfALargeFile_FindsNone()
    {
        await File.WriteAllTextAsync(_file, new string('a', SecretFile.MaxLength + 1), TestContext.Current.CancellationToken);
        Assert.Null(await ReadAsync());
    }

    [Fact]
    public async Task Verify_WithoutTheFile_IsAFaultWithoutACall()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Use(fixture.Settings with { SecretKey = null, SecretKeyFile = _file + ".missing" });
        Assert.Equal(new CaptchaVerdict(IsSolved: false, Fault: "secret"), await fixture.VerifyAsync());
        Assert.Empty(fixture.Fake.Calls);
    }

    public void Dispose() => File.Delete(_file);

    private ValueTask<string?> ReadAsync() =>
        SiteSecret.ReadAsync(SiteVerifyFixture.SettingsFor(new Uri("http://localhost/")) with { SecretKey = null, SecretKeyFile = _file }, TestContext.Current.CancellationToken);
}
