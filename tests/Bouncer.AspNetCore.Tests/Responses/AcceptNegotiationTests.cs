using Bouncer.AspNetCore.Responses;
using Bouncer.TestUtils;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Tests.Responses;

public sealed class AcceptNegotiationTests
{
    [Theory]
    [InlineData(null, "Problem")]
    [InlineData("", "Problem")]
    [InlineData("*/*", "Problem")]
    [InlineData("application/*", "Problem")]
    [InlineData("application/json", "Problem")]
    [InlineData("application/problem+json", "Problem")]
    [InlineData("application/json, text/plain, */*", "Problem")]
    [InlineData("text/html", "Html")]
    [InlineData("TEXT/HTML", "Html")]
    [InlineData("application/xhtml+xml", "Html")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Html")]
    [InlineData("text/html, */*; q=0.01", "Html")]
    [InlineData("text/html, */*", "Html")]
    [InlineData("*/*, text/html", "Html")]
    [InlineData("text/html;q=0.5, application/json", "Problem")]
    [InlineData("text/html, application/json;q=0.5", "Html")]
    [InlineData("text/html, application/json", "Problem")]
    [InlineData("text/html;q=0.4, */*;q=0.8", "Problem")]
    [InlineData("text/html;q=0, */*", "Problem")]
    [InlineData("text/html, application/json;q=0, */*", "Html")]
    [InlineData("text/*", "Html")]
    [InlineData("text/plain", "Text")]
    [InlineData("text/plain, text/*;q=0.5", "Text")]
    [InlineData("application/json;q=0, text/plain", "Text")]
    [InlineData("image/avif,image/webp", "Empty")]
    [InlineData("image/avif,image/webp,*/*;q=0.8", "Problem")]
    [InlineData("text/html;q=0", "Empty")]
    [InlineData("not a media type", "Problem")]
    [InlineData(";;;,,,", "Problem")]
    public void Choose_Accept_GivesFormat(string? accept, string format) =>
        Assert.Equal(format, AcceptNegotiation.Choose(accept).ToString());

    [Fact]
    public void Choose_SeveralLines_AreOneList() =>
        Assert.Equal(BodyFormat.Html, AcceptNegotiation.Choose(new StringValues(["application/json;q=0.1", "text/html"])));

    [Fact]
    public void C12_HugeAccept_IsNotParsed()
    {
        StringValues accept = "text/html," + new string(',', 64 * 1024);
        var format = AcceptNegotiation.Choose(accept);
        Assert.Equal(0, AllocatedBytes.Of(() => format = AcceptNegotiation.Choose(accept)));
        Assert.Equal(BodyFormat.Problem, format);
    }
}
