using System.Text.RegularExpressions;
using Bouncer.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Validates the proxies' settings and reports all errors at once, each with its configuration key.</summary>
internal sealed partial class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var errors = new SettingErrors(options, "Proxies");
        for (var i = 0; i < options.Networks?.Count; i++)
        {
            if (ProxyNetworks.Find(options.Networks[i]) is null)
            {
                errors.Add($"Networks:{i}", $"is '{options.Networks[i]}'; write an address, a network like 10.0.0.0/8, or one of loopback, private and unix.");
            }
        }

        errors.Check("MaxHops", options.MaxHops);
        if (!Token().IsMatch(options.Header) || options.Header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add("Header", $"is '{options.Header}'; write the name of a header that contains addresses, such as X-Forwarded-For or CF-Connecting-IP, and not Forwarded.");
        }

        if (options is { Networks: null } and not { MaxHops: null, Header: ForwardedWalk.DefaultHeader, ForwardHost: false })
        {
            errors.Add("Networks", "is missing: without it MaxHops, Header and ForwardHost have no effect. Name the trusted proxies.");
        }

        if (options is { ProxyProtocol.Count: > 0, Networks: null or [] })
        {
            errors.Add("Networks", $"names no proxy, so every connection to the endpoints in {errors.PathOf("ProxyProtocol")} would be closed. Name the trusted proxies.");
        }

        return errors.Result;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
