using System.Net.Sockets;
using Bouncer.Connections;
using Bouncer.Lapi;
using Bouncer.Tests.Lapi;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Connections;

/// <summary>A LAPI on a Unix socket: <c>api.server.listen_socket</c>.</summary>
public sealed class UnixSocketTests : IDisposable
{
    private readonly CertificateFolder _folder = new();

    private string Path => _folder.PathOf("a b.sock");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("unix://")]
    [InlineData("unix:")]
    [InlineData("")]
    public async Task Socket_InEachForm_IsCalled(string prefix)
    {
        await using var lapi = await TlsLapi.StartOnSocketAsync(Path);

        await LapiClients.PullAsync(new Uri(prefix + Path));

        var call = Assert.Single(lapi.Calls);
        Assert.Equal(("HTTP/1.1", LapiClients.Key), (call.Protocol, call.Key));
        Assert.StartsWith("/v1/decisions/stream?", call.PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_Missing_SaysSo() => Assert.Equal(
        $"No connection to LAPI at unix://{Path} could be made: there is no such socket.",
        (await LapiClients.FailAsync(new Uri("unix://" + Path))).Message);

    [Fact]
    public async Task Socket_OnWhichNothingListens_SaysSo()
    {
        using var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Bind(new UnixDomainSocketEndPoint(Path));

        Assert.Equal(
            $"No connection to LAPI at unix://{Path} could be made: nothing listens on that socket.",
            (await LapiClients.FailAsync(new Uri("unix://" + Path))).Message);
    }

    [Fact]
    public async Task Socket_ThatDoesNotAnswer_TimesOut()
    {
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(Path));
        silent.Listen(1);

        var failure = await LapiClients.FailAsync(new Uri("unix://" + Path), options => options.Timeout = TimeSpan.FromMilliseconds(100));

        Assert.Equal((LapiErrorKind.Timeout, $"LAPI at unix://{Path} did not answer in time."), (failure.Kind, failure.Message));
    }

    /// <summary>Root, as which tests may run, has access to every socket.</summary>
    [Fact]
    public void Socket_WithoutAccess_SaysSo() => Assert.Equal(
        "the user of this process has no access to that socket",
        ConnectionFault.Explain(
            new HttpRequestException(null, new SocketException((int)SocketError.AccessDenied)),
            new ConnectionSettings("Bouncer:Lapi", new Uri("unix:///run/lapi.sock"), null, TimeSpan.FromSeconds(1), new())));
}
