using Bouncer.Configuration;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Validates the settings of AppSec. No error contains the key.</summary>
internal static class AppSecOptionsValidator
{
    internal static void Validate(AppSecOptions options, SettingErrors errors)
    {
        if (options.Url is { } url && !IsUsable(url))
        {
            errors.Add("Url", "is not a URL like http://127.0.0.1:7422/ without user, password, query and fragment.");
        }

        if (options.ApiKey is not null && options.ApiKeyFile is not null)
        {
            errors.Add("ApiKey", "and ApiKeyFile are both set: remove one of them.");
        }
        else if (options.ApiKey is { } key && AppSecKey.Check(key) is null)
        {
            errors.Add("ApiKey", "is empty or has characters other than visible ASCII.");
        }

        errors.Check("Timeout", options.Timeout);
        errors.Check("MaxBodySize", options.MaxBodySize);
        errors.CheckChoice("LargeBody", options.LargeBody);
        errors.CheckChoice("StalledBody", options.StalledBody);
        errors.Check("BodyTimeout", options.BodyTimeout);
        errors.Check("MaxBufferedBytes", options.MaxBufferedBytes);
    }

    private static bool IsUsable(Uri url) =>
        url.IsAbsoluteUri
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url is { UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 };
}
