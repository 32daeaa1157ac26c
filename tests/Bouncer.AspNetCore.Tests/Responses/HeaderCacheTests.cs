using Bouncer.AspNetCore.Responses;
using Bouncer.TestUtils;

namespace Bouncer.AspNetCore.Tests.Responses;

public sealed class HeaderCacheTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    [Fact]
    public void Read_KnownText_AllocatesNothing()
    {
        var cache = new HeaderCache<BodyFormat>(AcceptNegotiation.Choose);
        Assert.Equal(BodyFormat.Html, cache.Read(Browser));
        var format = BodyFormat.Problem;
        Assert.Equal(0, AllocatedBytes.Of(() => format = cache.Read(Browser)));
        Assert.Equal(BodyFormat.Html, format);
    }

    [Fact]
    public void Read_ManyTextsInTurn_EachGetsItsOwnAnswer()
    {
        var cache = new HeaderCache<BodyFormat>(AcceptNegotiation.Choose);
        string?[] texts =
        [
            null, "", Browser, "text/html", "text/plain", "image/png", "TEXT/HTML", "application/json;q=0, text/plain", new('x', 300),
            .. Enumerable.Range(0, 500).Select(i => $"text/html;level={i}"),
            .. Enumerable.Range(0, 500).Select(i => $"application/json;level={i}"),
            .. Enumerable.Range(0, 500).Select(i => $"image/x-{i}"),
        ];
        for (var round = 0; round < 2; round++)
        {
            Assert.All(texts, text => Assert.Equal(AcceptNegotiation.Choose(text), cache.Read(text)));
        }
    }
}
