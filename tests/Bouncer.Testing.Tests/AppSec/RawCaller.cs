using System.Net.Sockets;
using System.Text;

namespace Bouncer.Testing.Tests.AppSec;

/// <summary>A connection on which a test writes what no HTTP client does.</summary>
public sealed class RawCaller(Uri url) : IDisposable
{
    private readonly TcpClient _client = new(url.Host, url.Port);

    /// <summary>Sends a good question, and in the same packet what comes after its headers.</summary>
    public Task AskAsync(string key, string rest) => SendAsync(
        $"POST / HTTP/1.1\r\nHost: x\r\nX-Crowdsec-Appsec-Api-Key: {key}\r\nX-Crowdsec-Appsec-Ip: 192.0.2.1\r\n"
        + $"X-Crowdsec-Appsec-Uri: /\r\nX-Crowdsec-Appsec-Verb: POST\r\n{rest}");

    /// <summary>Reads up to and including <paramref name="end"/>.</summary>
    public async Task<string> ReadAnswerAsync(string end)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (!answer.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var count = await _client.GetStream().ReadAsync(buffer, deadline.Token);
            Assert.True(count > 0, $"The connection ended after: {answer}");
            answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return answer.ToString();
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));
}
