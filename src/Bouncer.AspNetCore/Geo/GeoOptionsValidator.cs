using System.Text.RegularExpressions;
using Bouncer.AspNetCore.Responses;
using Bouncer.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Geo;

/// <summary>Validates the settings, with the files and the proxies on which they depend.</summary>
internal sealed partial class GeoOptionsValidator(
    GeoFiles files, IOptionsFactory<ProxyOptions> proxies, IHostEnvironment? environment = null) : IValidateOptions<BouncerHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        var errors = new SettingErrors(options, "Http");
        foreach (var kind in (GeoKind[])[GeoKind.Country, GeoKind.AS])
        {
            if (kind.DatabaseIn(options.Geo) is { } database)
            {
                ValidateDatabase(kind, database, errors);
            }

            if (kind.HeaderIn(options.Geo) is { } header)
            {
                ValidateHeader(kind, header, errors);
            }
        }

        return errors.Result;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    private void ValidateDatabase(GeoKind kind, string database, SettingErrors errors)
    {
        if (string.IsNullOrWhiteSpace(database) || database.Contains('\0'))
        {
            errors.Add(kind.Keys.Database, "is not a path of a MaxMind DB file.");
            return;
        }

        var path = TemplateFile.PathOf(database, environment);
        try
        {
            files.Open(kind, path);
        }
        catch (InvalidDataException error)
        {
            errors.Add(kind.Keys.Database, $"names '{path}', which cannot be used: {error.Message}.");
        }
    }

    private void ValidateHeader(GeoKind kind, string header, SettingErrors errors)
    {
        if (!Token().IsMatch(header))
        {
            errors.Add(kind.Keys.Header, $"is '{header}', which is not the name of a header, such as CF-IPCountry.");
        }
        else if (!HasProxies())
        {
            errors.Add(kind.Keys.Header, "needs the proxies that send the header, as a client can write it as well: name them in Bouncer:Proxies:Networks, or remove the setting.");
        }
    }

    private bool HasProxies()
    {
        try
        {
            return proxies.Create(Options.DefaultName).Networks is { Count: > 0 };
        }
        catch (OptionsValidationException)
        {
            // Their own validation reports it.
            return true;
        }
    }
}
