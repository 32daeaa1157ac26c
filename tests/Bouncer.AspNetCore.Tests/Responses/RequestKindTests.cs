using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Tests.Responses;

/// <summary>Which requests may be answered with a page, and which come from pages of this host.</summary>
public sealed class RequestKindTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(true, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")]
    [InlineData(true, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: empty")]
    [InlineData(true, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "X-Requested-With: com.example.app")]
    [InlineData(true, "X-Requested-With: com.example.app")]
    [InlineData(false, "X-Requested-With: XMLHttpRequest")]
    [InlineData(false, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")]
    [InlineData(false, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image")]
    [InlineData(false, "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")]
    [InlineData(false, "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: document")]
    [InlineData(false, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Purpose: prefetch")]
    [InlineData(false, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Sec-Purpose: prefetch;prerender")]
    [InlineData(false, "Purpose: prefetch")]
    public void IsNavigation_ByWhatBrowsersSay(bool expected, params string[] headers) => Assert.Equal(expected, RequestKind.IsNavigation(With(headers)));

    /// <summary>A prefetch that a foreign page orders says that there is no page before it.</summary>
    [Theory]
    [InlineData(false, "Sec-Fetch-Site: same-origin")]
    [InlineData(true, "Sec-Fetch-Site: none")]
    [InlineData(true, "Sec-Fetch-Site: same-site")]
    [InlineData(true, "Sec-Fetch-Site: cross-site")]
    [InlineData(false, "Origin: http://shop.example")]
    [InlineData(true, "Origin: http://evil.example")]
    [InlineData(false)]
    public void IsForeign_ByWhatBrowsersSay(bool expected, params string[] headers) => Assert.Equal(expected, RequestOrigin.IsForeign(With(headers)));

    private static HttpRequest With(string[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "GET";
        request.Headers.Host = "shop.example";
        foreach (var header in headers)
        {
            var (name, value) = (header.Split(": ")[0], header.Split(": ")[1]);
            request.Headers[name] = value;
        }

        return request;
    }
}
