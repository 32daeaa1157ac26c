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

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        var headers = context.ProxyRequest.Headers;
        RemoveAllSpellings(headers);
        headers.TryAddWithoutValidation(headerName, Describe(context.HttpContext));
        return ValueTask.CompletedTask;
    }

    private string Describe(HttpContext context)
    {
        var own = context.GetEndpoint()?.Metadata.GetMetadata<IBouncerMetadata>();
        if (own?.Bypass ?? isBypassed)
        {
            return "bypass";
        }

        return context.Features.Get<IBouncerFeature>() switch
        {
            null => "allow",
            { IsDryRun: true, Remediation.IsNone: false } feature => "dry-run; " + Plain(feature.Remediation),
            { Remediation.IsNone: false } feature => "continue; " + Plain(feature.Remediation),
            { Verdict.Source: VerdictSource.Unavailable or VerdictSource.Unresolved } => "allow; unavailable",
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

    // Servers that hand headers to an application as variables (CGI, WSGI) take '_' and '-' for the same.
    private bool IsSpellingOfName(string name)
    {
        if (name.Length != headerName.Length)
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (Fold(name[i]) != Fold(headerName[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static char Fold(char c) => c == '_' ? '-' : char.ToLowerInvariant(c);
}
