using System.Buffers;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Settings;

/// <summary>Finds everything that is wrong with the settings at once, each named by its configuration key.</summary>
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
        List<string> errors = [.. options.Malformed];
        ValidateName(options.Name, errors);
        foreach (var type in options.Types ?? [])
        {
            ValidateType(type, errors);
        }

        OneOf("Nftables:Hooks", options.Nftables.Hooks, Hooks, StringComparison.Ordinal, errors);
        OneOf("Windows:Profiles", options.Windows.Profiles, Profiles, StringComparison.OrdinalIgnoreCase, errors);
        InRange("ReconcileInterval", options.ReconcileInterval, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24), errors);
        InRange("Nftables:LogsPerMinute", options.Nftables.LogsPerMinute, 1, 6000, errors);
        InRange("Nftables:Priority", options.Nftables.Priority, -400, 400, errors);
        InRange("Windows:AddressesPerRule", options.Windows.AddressesPerRule, 10, 10_000, errors);
        InRange("Windows:Debounce", options.Windows.Debounce, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), errors);
        if (!Enum.IsDefined(options.Nftables.Verdict))
        {
            errors.Add("Bouncer:Firewall:Nftables:Verdict is none of Drop, Reject.");
        }

        foreach (var ports in options.Nftables.AllowedPorts?.Where(ports => PortRange.Parse(ports) is null) ?? [])
        {
            errors.Add($"Bouncer:Firewall:Nftables:AllowedPorts: '{ports}' is not a port or a range of ports. Write 443, 443/tcp or 8000-8100/udp.");
        }

        if (options.Nftables.LogPrefix is { } prefix && (prefix.Length is 0 or > LongestLogPrefix || prefix.AsSpan().ContainsAnyExcept(LogPrefixCharacters)))
        {
            errors.Add($"Bouncer:Firewall:Nftables:LogPrefix is not 1 to {LongestLogPrefix} letters, digits, blanks and -_.:[].");
        }

        // A relative path would be looked for wherever the service happens to run.
        if (options.Nftables.Program is { } program && !Path.IsPathFullyQualified(program))
        {
            errors.Add("Bouncer:Firewall:Nftables:Program is no full path, such as /usr/sbin/nft.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void ValidateName(string name, List<string> errors)
    {
        if (name.Length is 0 or > LongestName || !char.IsAsciiLetterLower(name[0]) || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            errors.Add($"Bouncer:Firewall:Name is no name of 1 to {LongestName} small letters, digits and _ that begins with a letter.");
        }
        else if (NftWords.Contains(name))
        {
            errors.Add($"Bouncer:Firewall:Name: '{name}' is a word of nft's own language, so a table cannot have that name. Write {name}_bans or the like.");
        }
    }

    private static void ValidateType(string type, List<string> errors)
    {
        if (new Remediation(type).IsNone)
        {
            errors.Add($"Bouncer:Firewall:Types: '{type}' is no remediation, so nothing is to be blocked for it.");
        }
        else if (type.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
        {
            errors.Add($"Bouncer:Firewall:Types: '{type}' holds a blank, which no type of a decision does. Write one type for each entry.");
        }
    }

    private static void OneOf(string key, IList<string>? values, string[] known, StringComparison comparison, List<string> errors)
    {
        foreach (var value in values ?? [])
        {
            if (!known.Any(one => one.Equals(value, comparison)))
            {
                errors.Add($"Bouncer:Firewall:{key}: '{value}' is none of {string.Join(", ", known)}.");
            }
        }
    }

    private static void InRange<T>(string key, T value, T lowest, T highest, List<string> errors)
        where T : IComparable<T>
    {
        if (value.CompareTo(lowest) < 0 || value.CompareTo(highest) > 0)
        {
            errors.Add($"Bouncer:Firewall:{key} is {value}; it goes from {lowest} to {highest}.");
        }
    }
}
