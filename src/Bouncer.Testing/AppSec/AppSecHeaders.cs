using System.Text;
using System.Text.Unicode;
using Microsoft.Extensions.Primitives;

namespace Bouncer.Testing.AppSec;

/// <summary>The headers in which a bouncer describes a visitor's request, and those of the request itself.</summary>
internal static class AppSecHeaders
{
    public const string ApiKey = "X-Crowdsec-Appsec-Api-Key";
    public const string ClientAddress = "X-Crowdsec-Appsec-Ip";
    public const string Uri = "X-Crowdsec-Appsec-Uri";
    public const string Host = "X-Crowdsec-Appsec-Host";
    public const string Verb = "X-Crowdsec-Appsec-Verb";
    public const string UserAgent = "X-Crowdsec-Appsec-User-Agent";
    public const string HttpVersion = "X-Crowdsec-Appsec-Http-Version";
    public const string TransactionId = "X-Crowdsec-Appsec-Transaction-Id";

    // All that CrowdSec takes out; a rule sees any other header of this prefix.
    private static readonly HashSet<string> s_removed = new(StringComparer.OrdinalIgnoreCase)
    {
        ApiKey, ClientAddress, Uri, Host, Verb, UserAgent, HttpVersion, TransactionId, "Host", "User-Agent",
    };

    public static string? First(IHeaderDictionary headers, string name) => headers[name] is [{ } value, ..] ? Decode(value) : null;

    public static IReadOnlyDictionary<string, StringValues> ForRules(IHeaderDictionary headers)
    {
        var seen = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in headers)
        {
            if (!s_removed.Contains(name))
            {
                seen[name] = values is [{ } single] ? Decode(single) : values.Select(value => Decode(value!)).ToArray();
            }
        }

        Set(seen, "Host", First(headers, Host));
        Set(seen, "User-Agent", First(headers, UserAgent));
        return seen;
    }

    // Go's server refuses these itself, before AppSec sees the request.
    public static bool HaveControlCharacters(IHeaderDictionary headers) =>
        headers.Any(header => header.Value.Any(value => value!.Any(c => char.IsAscii(c) && char.IsControl(c) && c != '\t')));

    // Kestrel was told to read bytes as Latin-1, in which no header is invalid.
    private static string Decode(string value)
    {
        if (Ascii.IsValid(value))
        {
            return value;
        }

        var bytes = Encoding.Latin1.GetBytes(value);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : value;
    }

    private static void Set(Dictionary<string, StringValues> headers, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            headers[name] = value;
        }
    }
}
