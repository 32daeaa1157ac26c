using Bouncer.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Bouncer.Journal.Settings;

/// <summary>Finds all errors in the settings at once, each with its configuration key.</summary>
internal sealed class JournalOptionsValidator : IValidateOptions<JournalOptions>
{
    public ValidateOptionsResult Validate(string? name, JournalOptions options)
    {
        var errors = new SettingErrors(options, "Journal");
        if (options.PostgreSql is { } connection && !IsConnectionString(connection))
        {
            errors.Add("PostgreSql", "is not a connection string, such as Host=db.example.net;Username=bouncer;Password=…;Database=bouncer. The value is not shown, because it may hold a password.");
        }

        if (options.PostgreSql is null && string.IsNullOrWhiteSpace(options.Path))
        {
            errors.Add("Path", "is empty: name the file of the journal.");
        }
        else if (options.PostgreSql is null && Directory.Exists(options.Path))
        {
            errors.Add("Path", "names a folder: name a file in it.");
        }
        else if (options.PostgreSql is null && !Directory.Exists(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(options.Path))))
        {
            errors.Add("Path", "names a file in a folder that does not exist.");
        }

        errors.Check("DeleteAfterMonths", options.DeleteAfterMonths);
        return errors.Result;
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }
}
