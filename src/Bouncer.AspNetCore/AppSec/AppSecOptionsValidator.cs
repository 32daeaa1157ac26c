using Bouncer.Configuration;
using Bouncer.Connections;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Validates the settings of AppSec. No error contains the key.</summary>
internal static class AppSecOptionsValidator
{
    internal static void Validate(AppSecOptions options, SettingErrors errors)
    {
        var problem = options.Url is null ? null : ConnectionUrl.FindProblem(options.Url, errors.PathOf("ApiKey"));
        if (problem is not null)
        {
            errors.Add("Url", problem);
        }

        TlsOptionsValidator.Validate(options.Tls, problem is null ? options.Url : null, errors.In("Tls"));

        if (options.ApiKey is not null && options.ApiKeyFile is not null)
        {
            errors.Add("ApiKey", "and ApiKeyFile are both set: remove one of them.");
        }
        else if (options.ApiKey is { } key && AppSecKey.Check(key) is null)
        {
            errors.Add("ApiKey", "is empty or has characters other than visible ASCII.");
        }

        errors.Check("Timeout", options.Timeout);
        errors.Check("MaxConcurrentBodiesPerClient", options.MaxConcurrentBodiesPerClient);
        errors.Check("MaxBodySize", options.MaxBodySize);
        errors.CheckChoice("LargeBody", options.LargeBody);
        errors.CheckChoice("StalledBody", options.StalledBody);
        errors.CheckChoice("UnreadableBody", options.UnreadableBody);
        errors.Check("BodyTimeout", options.BodyTimeout);
        errors.Check("MaxBufferedBytes", options.MaxBufferedBytes);
    }
}
