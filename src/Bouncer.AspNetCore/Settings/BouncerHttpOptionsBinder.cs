using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Settings;

/// <summary>Fills the options from section <c>Http</c>; what is malformed is kept for
/// <see cref="BouncerHttpOptionsValidator"/>, so that all errors are told at once.</summary>
internal sealed class BouncerHttpOptionsBinder(IConfiguration root) : IConfigureOptions<BouncerHttpOptions>
{
    public void Configure(BouncerHttpOptions options)
    {
        var section = root.GetSection("Http");
        options.DryRun = Flag(section, "DryRun", options) ?? options.DryRun;
        options.WhenUnavailable = Text(section, "WhenUnavailable") ?? options.WhenUnavailable;
        options.Ban.StatusCode = Number(section, "Ban:StatusCode", options) ?? options.Ban.StatusCode;
        options.Ban.Template = Text(section, "Ban:Template") ?? options.Ban.Template;
        foreach (var policy in section.GetSection("Policies").GetChildren())
        {
            Configure(options.Policy(policy.Key), policy, options);
        }
    }

    private static void Configure(BouncerPolicyOptions policy, IConfigurationSection section, BouncerHttpOptions options)
    {
        policy.DryRun = Flag(section, "DryRun", options) ?? policy.DryRun;
        policy.WhenUnavailable = Text(section, "WhenUnavailable") ?? policy.WhenUnavailable;
        foreach (var treat in section.GetSection("Treat").GetChildren())
        {
            policy.Treat[treat.Key] = treat.Value ?? "";
        }
    }

    private static string? Text(IConfiguration section, string key) =>
        section[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static bool? Flag(IConfiguration section, string key, BouncerHttpOptions options) =>
        Text(section, key) is not { } text ? null
        : bool.TryParse(text, out var value) ? value
        : Refuse<bool>(section, key, "true or false", options);

    private static int? Number(IConfiguration section, string key, BouncerHttpOptions options) =>
        Text(section, key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : Refuse<int>(section, key, "a whole number", options);

    private static T? Refuse<T>(IConfiguration section, string key, string expected, BouncerHttpOptions options)
        where T : struct
    {
        options.Malformed.Add($"{section.GetSection(key).Path} is not {expected}.");
        return null;
    }
}
