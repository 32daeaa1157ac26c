using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Fills the options from section <c>Proxies</c>.</summary>
internal sealed class ProxyOptionsBinder(IConfiguration root) : IConfigureOptions<ProxyOptions>
{
    /// <summary>A misspelt key must not leave a proxy out.</summary>
    private static readonly string[] Keys = ["Networks", "MaxHops", "Header", "ForwardHost", "ProxyProtocol"];

    public void Configure(ProxyOptions options)
    {
        var section = root.GetSection("Proxies");
        var reader = new SectionReader(section, options.Malformed);
        reader.List("Networks", value => options.Networks = value);
        reader.Number("MaxHops", value => options.MaxHops = value);
        reader.Text("Header", value => options.Header = value);
        reader.Flag("ForwardHost", value => options.ForwardHost = value);
        reader.List("ProxyProtocol", value => options.ProxyProtocol = value);
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            options.Malformed.Add($"{section.Path} is a value, not a section: name your proxies in {section.Path}:Networks.");
        }

        foreach (var other in section.GetChildren().Where(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            options.Malformed.Add($"{other.Path} is not a setting: those of this section are {string.Join(", ", Keys)}.");
        }
    }
}
