using System.Buffers;
using Bouncer.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Settings;

/// <summary>Finds all errors in the settings at once, each with its configuration key.</summary>
internal sealed class FirewallOptionsValidator : IValidateOptions<FirewallOptions>
{
    private const int LongestName = 32;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");
    private const int LongestLogPrefix = 64;
    private static readonly SearchValues<char> LogPrefixCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:[] ");
    private static readonly string[] Hooks = ["input", "forward"];
    private static readonly string[] Profiles = ["Domain", "Private", "Public"];

    public ValidateOptionsResult Validate(string? name, FirewallOptions options)
    {
        var errors = new SettingErrors(options, "Firewall");
        ValidateName(options.Name, errors);
        for (var i = 0; i < options.Types?.Count; i++)
        {
            ValidateType($"Types:{i}", options.Types[i], errors);
        }

        errors.Check("ReconcileInterval", options.ReconcileInterval);
        Validate(options.Nftables, errors.In("Nftables"));
        Validate(options.Windows, errors.In("Windows"));
        return errors.Result;
    }

    private static void Validate(NftablesOptions nftables, SettingErrors errors)
    {
        // A relative path would depend on the service's working directory.
        if (nftables.Program is { } program && !Path.IsPathFullyQualified(program))
        {
            errors.Add("Program", "is not a full path, such as /usr/sbin/nft.");
        }

        OneOf("Hooks", nftables.Hooks, Hooks, StringComparison.Ordinal, errors);
        errors.Check("Priority", nftables.Priority);
        for (var i = 0; i < nftables.AllowedPorts?.Count; i++)
        {
            if (PortRange.Parse(nftables.AllowedPorts[i]) is null)
            {
                errors.Add($"AllowedPorts:{i}", $"is '{nftables.AllowedPorts[i]}', which is neither a port nor a range of ports. Write 443, 443/tcp or 8000-8100/udp.");
            }
        }

        if (nftables.LogPrefix is { } prefix && (prefix.Length is 0 or > LongestLogPrefix || prefix.AsSpan().ContainsAnyExcept(LogPrefixCharacters)))
        {
            errors.Add("LogPrefix", $"is not 1 to {LongestLogPrefix} letters, digits, blanks and -_.:[].");
        }

        errors.Check("LogsPerMinute", nftables.LogsPerMinute);
        errors.CheckChoice("Verdict", nftables.Verdict);
    }

    private static void Validate(WindowsFirewallOptions windows, SettingErrors errors)
    {
        errors.Check("AddressesPerRule", windows.AddressesPerRule);
        OneOf("Profiles", windows.Profiles, Profiles, StringComparison.OrdinalIgnoreCase, errors);
        errors.Check("Debounce", windows.Debounce);
    }

    private static void ValidateName(string name, SettingErrors errors)
    {
        if (name.Length is 0 or > LongestName || !char.IsAsciiLetterLower(name[0]) || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            errors.Add("Name", $"is not a name of 1 to {LongestName} lower-case letters, digits and _ that begins with a letter.");
        }
        else if (NftWords.Contains(name))
        {
            errors.Add("Name", $"is '{name}', a keyword of nft, so a table cannot have that name. Write {name}_bans, for example.");
        }
    }

    private static void ValidateType(string key, string type, SettingErrors errors)
    {
        if (new Remediation(type).IsNone)
        {
            errors.Add(key, $"is '{type}', which lets clients pass, so it blocks nothing; remove it.");
        }
        else if (type.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
        {
            errors.Add(key, $"is '{type}' with a blank, which the type of a decision cannot contain. Write one type for each entry.");
        }
    }

    private static void OneOf(string key, IList<string>? values, string[] known, StringComparison comparison, SettingErrors errors)
    {
        for (var i = 0; i < values?.Count; i++)
        {
            if (!known.Any(one => one.Equals(values[i], comparison)))
            {
                errors.Add($"{key}:{i}", $"is '{values[i]}'; write {string.Join(" or ", known)}.");
            }
        }
    }
}
