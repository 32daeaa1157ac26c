namespace Bouncer.Tests.Decisions;

public sealed class RemediationTests
{
    [Theory]
    [InlineData("ban", "ban")]
    [InlineData("BAN", "ban")]
    [InlineData(" Captcha ", "captcha")]
    [InlineData("throttle", "throttle")]
    [InlineData("ratelimit", "throttle")]
    [InlineData("limit", "throttle")]
    [InlineData("mfa", "mfa")]
    [InlineData("enforce_mfa", "mfa")]
    [InlineData("2FA", "mfa")]
    [InlineData("tarpit", "tarpit")]
    [InlineData("", "none")]
    [InlineData("none", "none")]
    [InlineData(null, "none")]
    public void Name_OfAnySpelling_IsTheOneSpelling(string? text, string expected)
    {
        var remediation = new Remediation(text);

        Assert.Equal(expected, remediation.Name);
        Assert.Equal(expected == "none", remediation.IsNone);
        Assert.Equal(new Remediation(expected), remediation);
        Assert.Equal(new Remediation(expected).GetHashCode(), remediation.GetHashCode());
    }

    [Fact]
    public void Severities_OfTheBuiltIn_RankBanMfaCaptchaThrottle()
    {
        var severities = new RemediationSeverities([], Remediation.Ban);

        Remediation[] ranked = [Remediation.Ban, Remediation.Mfa, Remediation.Captcha, Remediation.Throttle, Remediation.None];
        Assert.Equal(ranked, ranked.Reverse().OrderByDescending(severities.Of));
    }

    [Fact]
    public void Resolve_OfAnUnknownName_IsTheFallback()
    {
        var severities = new RemediationSeverities([new RemediationDefinition(new Remediation("tarpit"), 150)], Remediation.Captcha);

        Assert.Equal(Remediation.Captcha, severities.Resolve(new Remediation("frobnicate")));
        Assert.Equal(severities.Of(Remediation.Captcha), severities.Of(new Remediation("frobnicate")));
        Assert.Equal(new Remediation("tarpit"), severities.Resolve(new Remediation("TARPIT")));
        Assert.Equal(150, severities.Of(new Remediation("tarpit")));
        Assert.Equal(Remediation.None, severities.Resolve(Remediation.None));
    }

    [Theory]
    [InlineData("Ip", "ip")]
    [InlineData("RANGE", "range")]
    [InlineData("AS", "as")]
    [InlineData("username", "username")]
    [InlineData("My-Scope", "my-scope")]
    public void Scope_OfAnyCase_IsTheSame(string text, string name)
    {
        Assert.Equal(name, new DecisionScope(text).Name);
        Assert.Equal(new DecisionScope(name), new DecisionScope(text));
    }
}
