using System.Buffers;
using System.Net.Http.Headers;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Transforms;

namespace Bouncer.Yarp;

/// <summary>Sets the verdict header, replacing any value from the client, and removes look-alikes of the forwarding headers and the
/// headers in which the walk over them records its traces.</summary>
internal sealed class VerdictTransform(string headerName, bool isBypassed) : RequestTransform
{
    private static readonly SearchValues<char> PlainChars =
        SearchValues.Create("-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Headers that YARP writes itself, which look-alikes would contradict.</summary>
    private static readonly HeaderSpelling[] Forwarding =
        [new("X-Forwarded-For"), new("X-Forwarded-Proto"), new("X-Forwarded-Host"), new("X-Forwarded-Prefix"), new("Forwarded")];

    /// <summary>Headers in which this proxy recorded the request's path to it; the next proxy would take them for its own
    /// records.</summary>
    private static readonly HeaderSpelling[] Notes =
        [new("X-Original-For"), new("X-Original-Proto"), new("X-Original-Host"), new("X-Original-Prefix")];

    private readonly HeaderSpelling _verdict = new(headerName);

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var headers = context.ProxyRequest.Headers;
        RemoveForged(headers);
        headers.TryAddWithoutValidation(headerName, Describe(context.HttpContext));
        return ValueTask.CompletedTask;
    }

    private string Describe(HttpContext context)
    {
        var feature = context.Features.Get<IBouncerFeature>();
        if (feature is null)
        {
            return context.GetEndpoint()?.Metadata.GetMetadata<IBouncerMetadata>()?.Bypass ?? isBypassed ? "bypass" : "unchecked";
        }

        return feature switch
        {
            { IsDryRun: true, Remediation.IsNone: false } => "dry-run; " + Plain(feature.Remediation),
            { Remediation.IsNone: false } => "continue; " + Plain(feature.Remediation),
            { Verdict.IsStale: true } or { Verdict.Source: VerdictSource.Unresolved } => "allow; unavailable",
            _ => "allow",
        };
    }

    // Operators and hooks choose names freely; only a name that cannot be misread as something else is sent.
    private static string Plain(Remediation remediation) =>
        remediation.Name.AsSpan().ContainsAnyExcept(PlainChars) ? "other" : remediation.Name;

    private void RemoveForged(HttpRequestHeaders headers)
    {
        List<string>? found = null;
        foreach (var header in headers.NonValidated)
        {
            if (IsForged(header.Key))
            {
                (found ??= []).Add(header.Key);
            }
        }

        // No lambda, because its closure would be allocated for every request, and few have such a header.
        for (var i = 0; i < found?.Count; i++)
        {
            headers.Remove(found[i]);
        }
    }

    private bool IsForged(string name)
    {
        foreach (var forwarding in Forwarding)
        {
            if (forwarding.IsLookAlike(name))
            {
                return true;
            }
        }

        foreach (var note in Notes)
        {
            if (note.IsSpelling(name))
            {
                return true;
            }
        }

        return _verdict.IsSpelling(name);
    }
}
