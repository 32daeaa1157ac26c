using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Signals changes of the configuration.</summary>
/// <param name="root">The section that contains <c>Http</c>.</param>
internal sealed class HttpSectionChanges(IConfiguration root) : IOptionsChangeTokenSource<BouncerHttpOptions>
{
    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => root.GetReloadToken();

    /// <summary>The whole content of section <c>Http</c>, for comparison: any change of the configuration is signalled as a
    /// change of it.</summary>
    /// <param name="without">The keys within it that are omitted.</param>
    internal string Read(IEnumerable<string> without) => string.Join('\n', root.GetSection("Http").AsEnumerable()
        .Where(entry => entry.Value is not null && !without.Any(key => entry.Key.EndsWith(":Http:" + key, StringComparison.OrdinalIgnoreCase)))
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key}={entry.Value}"));

    /// <summary>Whether a key within it has a value.</summary>
    internal bool Has(string key) => root.GetSection("Http")[key] is not null;

    /// <summary>Its sections and their entries.</summary>
    internal IEnumerable<(string Section, string Entry)> ReadParts() => root.GetSection("Http").GetChildren()
        .SelectMany(static section => section.GetChildren()
            .Where(static entry => entry.AsEnumerable().Any(static within => within.Value is not null))
            .Select(entry => (section.Key, entry.Key)));
}
