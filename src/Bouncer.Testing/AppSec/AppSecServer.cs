using System.Security.Cryptography;
using System.Text;
using Bouncer.Testing.Api;
using Bouncer.Testing.AppSec;
using Bouncer.Testing.Faults;
using Bouncer.Testing.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bouncer.Testing;

/// <summary>
/// CrowdSec's web application firewall, AppSec, on a Kestrel of its own, for development and tests. Not a product: it finds no attacks.
/// Safe to use from several threads, except for stopping and starting.
/// </summary>
public sealed class AppSecServer : IAsyncDisposable
{
    private readonly RestartableHost _host;
    private readonly BodyReader _bodies;
    private readonly FaultInjector _injector;
    private readonly Challenge _challenge;
    private readonly RequestLog<InspectedRequest> _requests = new(request => request.Body.Length);
    private volatile Func<InspectedRequest, AppSecReply>? _rules;
    private volatile bool _requireChallenge;

    private AppSecServer(AppSecServerOptions options)
    {
        _host = new RestartableHost(HandleAsync, TakeWhatGoTakes);
        _bodies = new BodyReader(options);
        _injector = new FaultInjector(options.TimeProvider, GoResponse.TextType);
        _challenge = new Challenge(options.TimeProvider);
        ApiKey = options.ApiKey.Length == 0 ? Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) : options.ApiKey;
    }

    /// <summary>Where it listens; the same after a stop and a start. Any path is answered.</summary>
    public Uri Url => _host.Url;

    /// <summary>The key that callers have to show. Without it they get 401.</summary>
    public string ApiKey { get; }

    /// <summary>The failures to come. A request is read, and is in <see cref="Requests"/>, before its failure begins.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>The last 1,000 requests, oldest first; fewer where their bodies have more than 64 MiB together.</summary>
    public IReadOnlyList<InspectedRequest> Requests => _requests.Snapshot();

    /// <summary>What is answered about a request. An exception is answered with 500.</summary>
    /// <value>
    /// Null, the default: a ban where the path contains <c>/rpc2</c>, the query <c>x=attack</c> or the body <c>evilbody</c>, a captcha for
    /// <c>x=captcha</c>, and else <c>allow</c>.
    /// </value>
    public Func<InspectedRequest, AppSecReply>? Rules
    {
        get => _rules;
        set => _rules = value;
    }

    /// <summary>
    /// Whether what the rules allow also needs the cookie of a solved challenge, <c>__crowdsec_challenge</c>. Without it the visitor gets a
    /// page whose scripts solve one, as with CrowdSec 1.8.0.
    /// </summary>
    /// <value>Default false.</value>
    public bool RequireChallenge
    {
        get => _requireChallenge;
        set => _requireChallenge = value;
    }

    /// <summary>Starts one.</summary>
    /// <param name="options">Null takes the defaults: free port, random key, CrowdSec's limits.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    public static async Task<AppSecServer> StartAsync(AppSecServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AppSecServerOptions();
        var server = new AppSecServer(options);
        await server._host.StartAsync(options.Urls, cancellationToken);
        return server;
    }

    /// <summary>A challenge's 307, for <see cref="Rules"/>: sends the visitor to the same address again, with the cookie of a solved challenge.</summary>
    /// <param name="request">The visitor's request.</param>
    public AppSecReply GrantChallenge(InspectedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _challenge.Grant(request);
    }

    /// <summary>Stops answering: connections are refused, and answers being sent are cut. All else is kept.</summary>
    public Task StopAsync() => _host.StopAsync();

    /// <summary>Answers again, on the same port, after <see cref="StopAsync"/>.</summary>
    public Task StartAgainAsync() => _host.StartAgainAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();

    // The limits of Go's server, which has no others.
    private static void TakeWhatGoTakes(KestrelServerOptions kestrel)
    {
        const int headers = (1 << 20) + 4096;
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MaxRequestBufferSize = 2 * headers;
        kestrel.Limits.MaxRequestHeadersTotalSize = headers;
        kestrel.Limits.MaxRequestLineSize = headers;
        kestrel.Limits.MaxRequestHeaderCount = headers;
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (AppSecHeaders.HaveControlCharacters(context.Request.Headers))
        {
            context.Response.Headers.Connection = "close";
            await GoResponse.TextAsync(context, StatusCodes.Status400BadRequest, "400 Bad Request: invalid header value");
            return;
        }

        var isKnown = AppSecHeaders.First(context.Request.Headers, AppSecHeaders.ApiKey) == ApiKey;
        var body = isKnown ? await _bodies.ReadAsync(context) : ReadBody.None;
        var request = Describe(context.Request, body);
        context.Response.OnStarting(() =>
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                request.Answered(context.Response.StatusCode);
            }

            return Task.CompletedTask;
        });
        _requests.Add(request);
        Task Answer() => isKnown ? AnswerAsync(context, request, body) : RefuseAsync(context, StatusCodes.Status401Unauthorized);
        try
        {
            await (Faults.Take(request.Path) is { } fault ? _injector.AnswerAsync(context, fault, Answer) : Answer());
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller gave up waiting.
        }
    }

    private Task AnswerAsync(HttpContext context, InspectedRequest request, ReadBody body)
    {
        if (body.IsBroken
            || string.IsNullOrEmpty(request.ClientAddress)
            || string.IsNullOrEmpty(request.Uri)
            || string.IsNullOrEmpty(request.Verb)
            || !GoUrl.IsValid(request.Uri))
        {
            return RefuseAsync(context, StatusCodes.Status500InternalServerError);
        }

        var reply = Judge(request, body.IsDropped);
        var code = reply.Code ?? (reply.Action == AppSecReply.Allow.Action ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden);
        return GoResponse.TextAsync(context, code, AppSecReplyJson.Write(reply));
    }

    private AppSecReply Judge(InspectedRequest request, bool isDropped)
    {
        var isChallenged = RequireChallenge;
        if (isChallenged && _challenge.Serve(request) is { } served)
        {
            return served;
        }

        var reply = isDropped ? AppSecReply.Ban : Rules?.Invoke(request) ?? RecordedRules.Apply(request);
        return isChallenged && reply.Action == AppSecReply.Allow.Action && !_challenge.IsPassed(request) ? Challenge.Ask() : reply;
    }

    private static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static InspectedRequest Describe(HttpRequest request, ReadBody body) => new()
    {
        Method = request.Method,
        Path = request.Path.Value ?? "",
        ClientAddress = AppSecHeaders.First(request.Headers, AppSecHeaders.ClientAddress),
        Uri = AppSecHeaders.First(request.Headers, AppSecHeaders.Uri),
        Host = AppSecHeaders.First(request.Headers, AppSecHeaders.Host),
        Verb = AppSecHeaders.First(request.Headers, AppSecHeaders.Verb),
        UserAgent = AppSecHeaders.First(request.Headers, AppSecHeaders.UserAgent),
        HttpVersion = AppSecHeaders.First(request.Headers, AppSecHeaders.HttpVersion),
        TransactionId = AppSecHeaders.First(request.Headers, AppSecHeaders.TransactionId),
        Headers = AppSecHeaders.ForRules(request.Headers),
        Body = body.Bytes,
        IsBodyTruncated = body.IsTruncated,
        ContentLength = request.ContentLength,
    };
}
