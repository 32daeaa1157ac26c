using System.Net;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>A real server whose clients meet a captcha: the trivial one unless a test says otherwise.</summary>
internal sealed class CaptchaSite : IAsyncDisposable
{
    internal const string Suspect = "192.0.2.20";
    internal const string OtherSuspect = "198.51.100.21";
    internal const string ThirdSuspect = "203.0.113.22";
    internal const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private CaptchaSite(TestSite site, TrivialProvider provider)
    {
        Site = site;
        Provider = provider;
    }

    internal TestSite Site { get; }

    internal TrivialProvider Provider { get; }

    internal string Origin => Site.Http1.BaseAddress!.GetLeftPart(UriPartial.Authority);

    internal static async Task<CaptchaSite> StartAsync(
        Action<BouncerHttpOptions>? options = null,
        Action<WebApplication>? pipeline = null,
        Action<WebApplicationBuilder>? configure = null,
        TrivialProvider? provider = null,
        IDataProtectionProvider? keys = null,
        Action<DecisionDatabase>? decisions = null,
        EngineState state = EngineState.Synchronized)
    {
        provider ??= new TrivialProvider();
        var site = await TestSite.StartAsync(
            bouncer => bouncer.AddCaptchaProvider(TrivialProvider.ProviderName, provider).ConfigureHttp(http =>
            {
                http.Captcha.Provider = TrivialProvider.ProviderName;
                options?.Invoke(http);
            }),
            pipeline,
            builder =>
            {
                builder.Services.AddSingleton(keys ?? new EphemeralDataProtectionProvider());
                configure?.Invoke(builder);
            },
            lapi =>
            {
                lapi.Decide(Suspect, Remediation.Captcha).Decide(OtherSuspect, Remediation.Captcha).Decide(ThirdSuspect, Remediation.Captcha);
                decisions?.Invoke(lapi);
            },
            state: state);
        return new CaptchaSite(site, provider);
    }

    internal Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Sends the page's form.</summary>
    internal Task<Answer> PostAsync(string solution, string path = "/.bouncer/captcha", string? returnPath = null, params (string Name, string Value)[] headers)
    {
        Dictionary<string, string> form = new() { ["answer"] = solution };
        if (returnPath is not null)
        {
            form["return"] = returnPath;
        }

        var content = new FormUrlEncodedContent(form);
        return headers.Any(header => header.Name is "Origin" or "Sec-Fetch-Site")
            ? SendAsync(HttpMethod.Post, path, content, headers)
            : SendAsync(HttpMethod.Post, path, content, [.. headers, ("Sec-Fetch-Site", "same-origin")]);
    }

    /// <summary>A browser's request; redirects are not followed. A header without value is not sent.</summary>
    internal async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(method, new Uri(Origin + path)) { Content = content };
        foreach (var (name, value) in headers.Concat([("X-Forwarded-For", Suspect), ("Accept", Browser)]).DistinctBy(header => header.Item1))
        {
            if (value.Length > 0)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await client.SendAsync(request);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Solves the captcha and gives the cookie.</summary>
    internal async Task<string> ClearAsync(string client = Suspect, string path = "/.bouncer/captcha")
    {
        var answer = await PostAsync("right", path, headers: ("X-Forwarded-For", client));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        return answer.Cookie ?? throw new InvalidOperationException("No clearance was granted.");
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    internal sealed class Answer(HttpResponseMessage response, string body)
    {
        internal HttpStatusCode Status { get; } = response.StatusCode;

        internal string Body { get; } = body;

        internal string? Type { get; } = response.Content.Headers.ContentType?.MediaType;

        internal string? Location { get; } = response.Headers.Location?.OriginalString;

        /// <summary>The clearance as a request sends it.</summary>
        internal string? Cookie { get; } = response.Headers.TryGetValues("Set-Cookie", out var cookies)
            ? cookies.Last().Split(';')[0]
            : null;

        internal string Header(string name) =>
            response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : "";
    }
}
