using System.Buffers;
using System.Net.Http.Headers;
using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Transforms;

namespace Bouncer.Yarp;

/// <summary>Replaces whatever the request says under the verdict's name by the verdict.</summary>
internal sealed class VerdictTransform(string headerName, bool isBypassed) : RequestTransform
{
    private static readonly SearchValues<char> PlainChars =
        SearchValues.Create("-_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly string _letters = LettersOf(headerName);

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var headers = context.ProxyRequest.Headers;
        RemoveAllSpellings(headers);
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

    // A name is whatever an operator or a hook wrote: only what cannot be mistaken for more than a name is sent.
    private static string Plain(Remediation remediation) =>
        remediation.Name.AsSpan().ContainsAnyExcept(PlainChars) ? "other" : remediation.Name;

    private void RemoveAllSpellings(HttpRequestHeaders headers)
    {
        List<string>? found = null;
        foreach (var header in headers.NonValidated)
        {
            if (IsSpellingOfName(header.Key))
            {
                (found ??= []).Add(header.Key);
            }
        }

        // No lambda: its closure would be allocated for every request, and hardly any has such a header.
        for (var i = 0; i < found?.Count; i++)
        {
            headers.Remove(found[i]);
        }
    }

    // Servers that hand headers to an application as variables (CGI, WSGI, PHP) make one character of '-', '_', '.' and others.
    private bool IsSpellingOfName(string name)
    {
        var at = 0;
        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character))
            {
                continue;
            }

            if (at == _letters.Length || char.ToLowerInvariant(character) != _letters[at++])
            {
                return false;
            }
        }

        return at == _letters.Length;
    }

    private static string LettersOf(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
