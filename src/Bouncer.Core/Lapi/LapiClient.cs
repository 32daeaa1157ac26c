using System.Net;
using System.Reflection;
using System.Text.Json;
using Bouncer.Lapi.Wire;
using Bouncer.Net;
using Refit;

namespace Bouncer.Lapi;

/// <summary>Calls LAPI over the named client <see cref="LapiHttpClient.Name"/>. Safe for any number of threads.</summary>
internal sealed class LapiClient : ILapiClient
{
    /// <summary>A whole list takes LAPI's database far longer than a delta: some LAPIs write it only when all of it is read.</summary>
    private const int FullListPatience = 6;

    private static readonly string UserAgent = $"bouncers-dotnet/{Version()}";

    /// <summary>Nothing is read or written as JSON by Refit, and exceptions of the HTTP client are told apart by their own types.</summary>
    private static readonly RefitSettings Settings = new(NoContent.Instance) { TransportExceptionFactory = static (_, exception, _) => exception };

    private readonly IHttpClientFactory _clients;
    private readonly LapiOptions _options;
    private readonly DecisionQuery _query;
    private readonly TimeProvider _time;
    private readonly Uri _base;

    /// <param name="clients">Makes the named client, for each call.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="query">What to ask for.</param>
    /// <param name="time">The clock of the deadlines and of the decisions' ends.</param>
    internal LapiClient(IHttpClientFactory clients, LapiOptions options, DecisionQuery query, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options.Url);
        _clients = clients;
        _options = options;
        _query = query;
        _time = time;
        _base = LapiAddress.Base(options.Url);
    }

    public Task<StreamAnswer> PullAsync(bool startup, CancellationToken cancellationToken) => CallAsync(
        (lapi, key, token) => lapi.PullAsync(
            startup ? "true" : "false", "false", _query.Scopes, _query.Origins, _query.ScenariosContaining, _query.ScenariosNotContaining, UserAgent, key, token),
        startup ? _options.Timeout * FullListPatience : _options.Timeout,
        _options.PullTimeout,
        ReadStreamAsync,
        cancellationToken);

    public Task<LiveReply> QueryAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var asked = IpKey.From(address);
        var ip = Uri.EscapeDataString(asked.ToIPAddress().ToString());
        return CallAsync(
            (lapi, key, token) => lapi.QueryAsync(
                ip, _query.Scopes, _query.Origins, _query.ScenariosContaining, _query.ScenariosNotContaining, UserAgent, key, token),
            _options.Timeout,
            _options.Timeout,
            (response, deadline) => ReadLiveAsync(response, asked, deadline),
            cancellationToken);
    }

    public Task<ListAnswer> ListAsync(DecisionSelection selection, CancellationToken cancellationToken)
    {
        // Without scopes the stream is about addresses, and this call about everything.
        var scopes = _query.Scopes ?? "ip,range";
        var origins = selection.Origins is { } given ? DecisionQuery.Filter(given) : _query.Origins;
        var value = selection.Value is { } text ? Uri.EscapeDataString(text) : null;
        return CallAsync(
            (lapi, key, token) => lapi.ListAsync(
                scopes, origins, _query.ScenariosContaining, _query.ScenariosNotContaining, value, selection.AboveId, selection.Offset, selection.Limit, UserAgent, key, token),
            _options.Timeout,
            _options.PullTimeout,
            ReadListAsync,
            cancellationToken);
    }

    public Task CheckHealthAsync(CancellationToken cancellationToken) => CallAsync(
        static (lapi, _, token) => lapi.CheckHealthAsync(UserAgent, token),
        _options.Timeout,
        _options.Timeout,
        static (_, _) => Task.FromResult(true),
        cancellationToken,
        needsKey: false);

    private async Task<T> CallAsync<T>(
        Func<ILapiApi, string, CancellationToken, Task<HttpResponseMessage>> send,
        TimeSpan firstSilence,
        TimeSpan timeout,
        Func<HttpResponseMessage, CallDeadline, Task<T>> read,
        CancellationToken cancellationToken,
        bool needsKey = true)
    {
        using var deadline = new CallDeadline(_time, firstSilence, _options.Timeout, timeout, cancellationToken);
        try
        {
            var key = needsKey ? await LapiKey.ReadAsync(_options, deadline.Token).ConfigureAwait(false) : "";
            var client = _clients.CreateClient(LapiHttpClient.Name);
            client.BaseAddress = _base;
            using var response = await send(RestService.ForGenerated<ILapiApi>(client, Settings), key, deadline.Token).ConfigureAwait(false);
            deadline.HeadersArrived();
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw LapiErrors.Of(response, _time);
            }

            try
            {
                return await read(response, deadline).ConfigureAwait(false);
            }
            catch (JsonException malformed) when (!deadline.HasPassed && !cancellationToken.IsCancellationRequested)
            {
                throw LapiErrors.Of(malformed, response);
            }
        }
        catch (Exception exception) when (exception is not LapiException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw LapiErrors.Of(exception, deadline, _base);
        }
    }

    private async Task<StreamAnswer> ReadStreamAsync(HttpResponseMessage response, CallDeadline deadline)
    {
        var document = new StreamDocument(_query, _time);
        await ReadAsync(response, document, _options.MaxResponseBytes, deadline).ConfigureAwait(false);
        return document.Answer;
    }

    private async Task<LiveReply> ReadLiveAsync(HttpResponseMessage response, IpKey address, CallDeadline deadline)
    {
        var document = new LiveDocument(_query, _time);
        try
        {
            await ReadBodyAsync(response, document, _options.MaxResponseBytes, deadline).ConfigureAwait(false);
            return document.ToReply(_time);
        }
        catch (Exception failure) when (
            document.HasDecisionOn(address) && (failure is LapiException { Kind: LapiErrorKind.TooLarge } || deadline.Token.IsCancellationRequested))
        {
            return document.ToReply(_time) with { Cut = failure as LapiException ?? LapiErrors.Slow(_base) };
        }
    }

    private async Task<ListAnswer> ReadListAsync(HttpResponseMessage response, CallDeadline deadline)
    {
        var document = new LiveDocument(_query, _time);
        await ReadAsync(response, document, _options.MaxResponseBytes, deadline).ConfigureAwait(false);
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

    private static async Task ReadBodyAsync(HttpResponseMessage response, IJsonTokens document, long maxBytes, CallDeadline deadline)
    {
        var body = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
        await JsonPump.ReadAsync(new BoundedBody(body, maxBytes, deadline), document, deadline.Token).ConfigureAwait(false);
    }

    // LAPI takes what stands before the one slash for the type and the rest for the version; a build's hash is neither.
    private static string Version() =>
        typeof(LapiClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
