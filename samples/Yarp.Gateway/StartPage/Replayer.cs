using System.Diagnostics;
using System.Net;
using System.Text;
using Bouncer;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.StartPage;

// Sends the gateway a request over loopback in the name of another client, and keeps the last few answers to be looked at.
internal sealed class Replayer(IServer server, IBouncer bouncer, RecentVerdicts verdicts) : IDisposable
{
    private const int Kept = 8;
    private const int LongestBody = 256 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(15),
    };

    private readonly Lock _gate = new();
    private readonly Queue<Replay> _kept = new(Kept);
    private int _lastId;

    public async Task<IResult> ReplayAsync(string? @as, string? path, CancellationToken cancellationToken)
    {
        path ??= "/";
        if (!IPAddress.TryParse(@as, out var client) || client.ToString().Contains('%', StringComparison.Ordinal) || IPAddress.IsLoopback(client))
        {
            return Refuse("'as' is the address of the visitor to play, and not one of this machine.");
        }

        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal))
        {
            return Refuse("'path' begins with one slash.");
        }

        if (OwnAddress() is not { } own)
        {
            return Refuse("The gateway has no plain http address on loopback to call itself by.");
        }

        try
        {
            return TypedResults.Json(await SendAsync(client, new Uri(own, path), path, cancellationToken), StartPageJson.Default.Replay);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return TypedResults.Problem($"The replay got no answer: {error.Message}", statusCode: StatusCodes.Status502BadGateway);
        }
    }

    public Replay? Find(int id)
    {
        lock (_gate) return _kept.FirstOrDefault(replay => replay.Id == id);
    }

    public void Dispose() => _http.Dispose();

    private static ProblemHttpResult Refuse(string why) => TypedResults.Problem(why, statusCode: StatusCodes.Status400BadRequest);

    private async Task<Replay> SendAsync(IPAddress client, Uri url, string path, CancellationToken cancellationToken)
    {
        var verdict = await bouncer.CheckAsync(client, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("X-Forwarded-For", client.ToString());
        request.Headers.Add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        var start = Stopwatch.GetTimestamp();
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var (body, isCut) = await ReadAsync(answer, cancellationToken);
        if (verdict is { IsAllowed: true, Decision: null })
        {
            verdicts.AddClean(client.ToString(), url.AbsolutePath);
        }

        var headers = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()));
        return Keep(new Replay(
            Interlocked.Increment(ref _lastId), client.ToString(), path, verdict.Remediation.Name, (int)answer.StatusCode, answer.ReasonPhrase ?? "",
            [.. headers], answer.Content.Headers.ContentType?.MediaType ?? "", body, isCut, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
    }

    private static async Task<(string Body, bool IsCut)> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestBody + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return (Encoding.UTF8.GetString(buffer, 0, Math.Min(length, LongestBody)), length > LongestBody);
    }

    private Replay Keep(Replay replay)
    {
        lock (_gate)
        {
            if (_kept.Count == Kept)
            {
                _kept.Dequeue();
            }

            _kept.Enqueue(replay);
        }

        return replay;
    }

    // A call to any other of its addresses would not come from loopback, and the name of the client would not be believed.
    private Uri? OwnAddress() => server.Features.Get<IServerAddressesFeature>()?.Addresses
        .Where(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        .Select(address => BindingAddress.Parse(address))
        .Select(binding => binding.Host switch
        {
            "localhost" or "*" or "+" or "[::]" or "0.0.0.0" => new Uri($"http://localhost:{binding.Port}"),
            var host when IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip) => new Uri($"http://{host}:{binding.Port}"),
            _ => null,
        })
        .FirstOrDefault(address => address is not null);
}
