using System.Net;
using System.Text.Json;
using Bouncer.Lapi.Wire;
using Bouncer.Net;
using Refit;

namespace Bouncer.Lapi;

/// <summary>Calls LAPI over the named client <see cref="LapiHttpClient.Name"/>. Thread-safe.</summary>
/// <param name="clients">Creates the named client for each call.</param>
/// <param name="settings">The settings of the calls.</param>
/// <param name="time">The clock of the deadlines and of the decisions' ends.</param>
internal sealed class LapiClient(IHttpClientFactory clients, SettingsInUse settings, TimeProvider time) : ILapiClient
{
    /// <summary>A whole list takes LAPI far longer than a delta: some versions send nothing before all of it is read.</summary>
    private const int FullListPatience = 6;

    private static readonly string UserAgent = Product.UserAgent;

    public Task<StreamAnswer> PullAsync(bool startup, CancellationToken cancellationToken)
    {
        var now = settings.Current;
        var (query, silence) = (now.Query, startup ? now.Lapi.Timeout * FullListPatience : now.Lapi.Timeout);
        return CallAsync(
            now,
            (lapi, key, token) => lapi.PullAsync(
                startup ? "true" : "false", "false", query.Scopes, query.Origins, query.ScenariosContaining, query.ScenariosNotContaining, UserAgent, key, token),
            silence,
            now.Lapi.PullTimeout,
            (response, deadline) => ReadStreamAsync(response, now, deadline),
            cancellationToken);
    }

    public Task<LiveReply> QueryAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var now = settings.Current;
        var (query, asked) = (now.Query, IpKey.From(address));
        var ip = Uri.EscapeDataString(asked.ToIPAddress().ToString());
        return CallAsync(
            now,
            (lapi, key, token) => lapi.QueryAsync(ip, query.Scopes, query.Origins, query.ScenariosContaining, query.ScenariosNotContaining, UserAgent, key, token),
            now.Lapi.Timeout,
            now.Lapi.Timeout,
            (response, deadline) => ReadLiveAsync(response, now, asked, deadline),
            cancellationToken);
    }

    public Task<ListAnswer> ListAsync(DecisionSelection selection, CancellationToken cancellationToken)
    {
        var now = settings.Current;
        var query = now.Query;

        // Without scopes, the stream contains only addresses and networks, but this call returns every scope.
        var scopes = query.Scopes ?? "ip,range";
        var origins = selection.Origins is { } given ? DecisionQuery.Filter(given) : query.Origins;
        var value = selection.Value is { } text ? Uri.EscapeDataString(text) : null;
        return CallAsync(
            now,
            (lapi, key, token) => lapi.ListAsync(
                scopes, origins, query.ScenariosContaining, query.ScenariosNotContaining, value, selection.AboveId, selection.Offset, selection.Limit, UserAgent, key, token),
            now.Lapi.Timeout,
            now.Lapi.PullTimeout,
            (response, deadline) => ReadListAsync(response, now, deadline),
            cancellationToken);
    }

    public Task CheckHealthAsync(CancellationToken cancellationToken)
    {
        var now = settings.Current;
        return CallAsync(
            now,
            static (lapi, _, token) => lapi.CheckHealthAsync(UserAgent, token),
            now.Lapi.Timeout,
            now.Lapi.Timeout,
            static (_, _) => Task.FromResult(true),
            cancellationToken,
            needsKey: false);
    }

    public Task CheckAccessAsync(EngineSettings of, CancellationToken cancellationToken) => CallAsync(
        of,
        static (lapi, key, token) => lapi.CheckAccessAsync(UserAgent, key, token),
        of.Lapi.Timeout,
        of.Lapi.Timeout,
        static (_, _) => Task.FromResult(true),
        cancellationToken);

    public Task ReportUsageAsync(ReadOnlyMemory<byte> report, CancellationToken cancellationToken)
    {
        var now = settings.Current;
        return CallAsync(
            now,
            (lapi, key, token) => lapi.ReportUsageAsync(Json(report), UserAgent, key, token),
            now.Lapi.Timeout,
            now.Lapi.Timeout,
            (response, deadline) => ReadToEndAsync(response, now.Lapi.MaxResponseBytes, deadline),
            cancellationToken,
            expected: HttpStatusCode.Created);
    }

    private async Task<T> CallAsync<T>(
        EngineSettings now,
        Func<ILapiApi, string?, CancellationToken, Task<HttpResponseMessage>> send,
        TimeSpan firstSilence,
        TimeSpan timeout,
        Func<HttpResponseMessage, CallDeadline, Task<T>> read,
        CancellationToken cancellationToken,
        bool needsKey = true,
        HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var deadline = new CallDeadline(time, firstSilence, now.Lapi.Timeout, timeout, cancellationToken);
        try
        {
            var key = needsKey ? await LapiKey.ReadAsync(now.Server, deadline.Token).ConfigureAwait(false) : null;
            var client = clients.CreateClient(LapiHttpClient.Name);
            client.BaseAddress = now.Base;
            using var response = await send(RestService.ForGenerated<ILapiApi>(client, now.Refit), key, deadline.Token).ConfigureAwait(false);
            deadline.HeadersArrived();
            if (response.StatusCode != expected)
            {
                throw LapiErrors.Of(response, now.Connection, time);
            }

            try
            {
                return await read(response, deadline).ConfigureAwait(false);
            }
            catch (JsonException malformed) when (!deadline.HasPassed && !cancellationToken.IsCancellationRequested)
            {
                throw LapiErrors.Of(malformed, response, now.Connection);
            }
        }
        catch (Exception exception) when (exception is not LapiException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw LapiErrors.Of(exception, deadline, now.Connection);
        }
    }

    private static ReadOnlyMemoryContent Json(ReadOnlyMemory<byte> body) => new(body) { Headers = { ContentType = new("application/json") } };

    private async Task<StreamAnswer> ReadStreamAsync(HttpResponseMessage response, EngineSettings now, CallDeadline deadline)
    {
        var document = new StreamDocument(now.Query, time);
        await ReadAsync(response, document, now.Lapi.MaxResponseBytes, deadline).ConfigureAwait(false);
        return document.Answer;
    }

    private async Task<LiveReply> ReadLiveAsync(HttpResponseMessage response, EngineSettings now, IpKey address, CallDeadline deadline)
    {
        var document = new LiveDocument(now.Query, time);
        try
        {
            await ReadBodyAsync(response, document, now.Lapi.MaxResponseBytes, deadline).ConfigureAwait(false);
            return document.ToReply(time);
        }
        catch (Exception failure) when (
            document.HasDecisionOn(address) && (failure is LapiException { Kind: LapiErrorKind.TooLarge } || deadline.Token.IsCancellationRequested))
        {
            return document.ToReply(time) with { Cut = failure as LapiException ?? LapiErrors.Slow(now.Connection) };
        }
    }

    private async Task<ListAnswer> ReadListAsync(HttpResponseMessage response, EngineSettings now, CallDeadline deadline)
    {
        var document = new LiveDocument(now.Query, time);
        await ReadAsync(response, document, now.Lapi.MaxResponseBytes, deadline).ConfigureAwait(false);
        return document.Answer;
    }

    private static async Task ReadAsync(HttpResponseMessage response, IJsonTokens document, long maxBytes, CallDeadline deadline)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            throw LapiErrors.TooLarge(maxBytes);
        }

        await ReadBodyAsync(response, document, maxBytes, deadline).ConfigureAwait(false);
    }

    /// <summary>Reads an answer whose body means nothing: it is complete, or the call fails.</summary>
    private static async Task<bool> ReadToEndAsync(HttpResponseMessage response, long maxBytes, CallDeadline deadline)
    {
        var body = new BoundedBody(await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false), maxBytes, deadline);
        var buffer = new byte[1024];
        while (await body.ReadAsync(buffer, deadline.Token).ConfigureAwait(false) > 0)
        {
            // The body of an acknowledgement is empty.
        }

        return true;
    }

    private static async Task ReadBodyAsync(HttpResponseMessage response, IJsonTokens document, long maxBytes, CallDeadline deadline)
    {
        var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
        await JsonPump.ReadAsync(new BoundedBody(body, maxBytes, deadline), document, deadline.Token).ConfigureAwait(false);
    }
}
