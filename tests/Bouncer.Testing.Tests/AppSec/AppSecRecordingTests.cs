using System.Text;
using Bouncer.Testing.AppSec;
using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests.AppSec;

/// <summary>The server answers what the AppSec of a CrowdSec 1.7.8 answered to the same requests, with the same headers.</summary>
public sealed class AppSecRecordingTests
{
    public static TheoryData<string> Titles => [.. Exchanges.Select(exchange => exchange.Title)];

    private static IEnumerable<Recording.Exchange> Exchanges => Recording.Load("appsec-1.7.8.txt").Steps.OfType<Recording.Exchange>();

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task Server_RecordedRequest_AnswersTheSame(string title)
    {
        var exchange = Assert.Single(Exchanges, exchange => exchange.Title == title);
        await using var server = await AppSecServer.StartAsync(new AppSecServerOptions { ApiKey = "testkey123", TimeProvider = new TestClock() });
        if (title.StartsWith("AppSec: ", StringComparison.Ordinal))
        {
            server.Rules = request => request.ClientAddress == "192.0.2.77" ? AppSecReply.Allow : RecordedRules.Apply(request);
        }

        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(exchange.Method, exchange.Path);
        if (exchange.Content is { } content)
        {
            request.Content = new ByteArrayContent(content == Recording.LargeFile ? new byte[(10 * 1024 * 1024) + 1] : Encoding.UTF8.GetBytes(content));
        }

        foreach (var header in exchange.Headers.Select(header => header.Split(": ", 2)).Where(header => header.Length == 2))
        {
            Assert.True(
                request.Headers.TryAddWithoutValidation(header[0], header[1])
                || request.Content!.Headers.TryAddWithoutValidation(header[0], header[1]));
        }

        using var answer = await http.SendAsync(request);

        Assert.Equal((exchange.Status, exchange.Answer), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(
            Without(exchange.AnswerHeaders),
            Without(answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Select(header => $"{header.Key}: {header.Value}")));
    }

    [Fact]
    public void Recording_AllOfIt_IsRead() => Assert.Equal(21, Titles.Count);

    private static IEnumerable<string> Without(IEnumerable<string> headers) =>
        headers.Where(header => !header.StartsWith("Date: ", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
