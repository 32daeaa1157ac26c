using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Finds everything that is wrong with the proxies at once, each named by its configuration key.</summary>
internal sealed partial class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    internal const int MostHops = 32;

    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        List<string> errors = [.. options.Malformed];
        for (var i = 0; i < options.Networks?.Count; i++)
        {
            if (ProxyNetworks.Find(options.Networks[i]) is null)
            {
                errors.Add($"Bouncer:Proxies:Networks:{i} is '{options.Networks[i]}'; it is an address, a network like 10.0.0.0/8, or one of loopback, private and unix.");
            }
        }

        if (options.MaxHops is < 1 or > MostHops)
        {
            errors.Add($"Bouncer:Proxies:MaxHops is {options.MaxHops}; it is 1 to {MostHops}.");
        }

        if (!Token().IsMatch(options.Header) || options.Header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add($"Bouncer:Proxies:Header is '{options.Header}'; it is the name of a header that holds addresses, such as X-Forwarded-For or CF-Connecting-IP, and not Forwarded.");
        }

        if (options is { Networks: null } and not { MaxHops: null, Header: ForwardedWalk.DefaultHeader, ForwardHost: false })
        {
            errors.Add("Bouncer:Proxies:Networks is missing: without it MaxHops, Header and ForwardHost say nothing. Name the proxies that are believed.");
        }

        if (options is { ProxyProtocol.Count: > 0, Networks: null or [] })
        {
            errors.Add("Bouncer:Proxies:Networks names no proxy, so every connection to the endpoints in Bouncer:Proxies:ProxyProtocol would be closed. Name the proxies that are believed.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
