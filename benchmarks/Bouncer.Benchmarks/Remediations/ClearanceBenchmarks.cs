using System.Net;
using BenchmarkDotNet.Attributes;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.Clearance;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bouncer.Benchmarks.Remediations;

/// <summary>What a client with a clearance costs on each of its requests, and one with a bad cookie.</summary>
[MemoryDiagnoser]
public class ClearanceBenchmarks
{
    private readonly ClearanceCookie _clearance = new(
        new ClearanceProtector(new EphemeralDataProtectionProvider()), new RevokedSessions(TimeProvider.System), TimeProvider.System, NullLogger<ClearanceCookie>.Instance);

    private RemediationContext _good;
    private RemediationContext _forged;
    private RemediationContext _huge;

    /// <summary>Makes the cookies.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var granted = Context(null);
        _clearance.Grant(granted, ClearanceLevel.Captcha, TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));
        var cookie = granted.HttpContext.Response.Headers.SetCookie.ToString().Split(';')[0].Split('=', 2)[1];
        _good = Context(cookie);
        _forged = Context(cookie[..^1] + (cookie[^1] == 'A' ? 'E' : 'A'));
        _huge = Context(new string('A', 64 * 1024));
    }

    /// <summary>A clearance that holds.</summary>
    [Benchmark(Baseline = true)]
    public bool Holds() => _clearance.Holds(_good, ClearanceLevel.Captcha);

    /// <summary>One changed character.</summary>
    [Benchmark]
    public bool Forged() => Refuse(_forged);

    /// <summary>64 KiB.</summary>
    [Benchmark]
    public bool Huge() => Refuse(_huge);

    // The deletion must not pile up in a response that is used again.
    private bool Refuse(in RemediationContext context)
    {
        var holds = _clearance.Holds(context, ClearanceLevel.Captcha);
        context.HttpContext.Response.Headers.Clear();
        return holds;
    }

    private static RemediationContext Context(string? cookie)
    {
        var http = new DefaultHttpContext();
        http.Request.Scheme = "https";
        http.Request.Host = new HostString("example.org");
        http.Request.Headers.Cookie = cookie is null ? default : $"{ClearanceCookie.NameFor(http.Request, ClientKey.Of(IPAddress.Parse("192.0.2.20")))}={cookie}";
        return new RemediationContext(http, Remediation.Captcha, new(Remediation.Captcha, null, VerdictSource.Store), null, IPAddress.Parse("192.0.2.20"));
    }
}
