using Bouncer.Lapi;

namespace Bouncer.Tests.Lapi;

public class LapiAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("https://host/", "https://host/")]
    [InlineData("https://host/prefix", "https://host/prefix/")]
    [InlineData("https://host/prefix//", "https://host/prefix/")]
    [InlineData("https://host/v1", "https://host/")]
    [InlineData("https://host/v1/", "https://host/")]
    [InlineData("https://host/prefix/V1/", "https://host/prefix/")]
    [InlineData("https://host/v1/integrations/abc", "https://host/v1/integrations/abc/")]
    [InlineData("https://host/v1/integrations/abc/v1/decisions/stream", "https://host/v1/integrations/abc/")]
    [InlineData("https://host/v1/decisions/stream/", "https://host/")]
    [InlineData("https://host/av1", "https://host/av1/")]
    [InlineData("https://user:secret@host:8443/a%20b?x=y#z", "https://host:8443/a%20b/")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080/")]
    public void Base_Url_EndsWithASlashAndHoldsNoMoreThanThePath(string url, string expected) =>
        Assert.Equal(expected, LapiAddress.Base(new Uri(url)).AbsoluteUri);
}
