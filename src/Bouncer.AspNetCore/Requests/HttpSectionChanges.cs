using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Tells when the configuration changed.</summary>
/// <param name="root">The section that holds <c>Http</c>.</param>
internal sealed class HttpSectionChanges(IConfiguration root) : IOptionsChangeTokenSource<BouncerHttpOptions>
{
    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => root.GetReloadToken();

    /// <summary>All that section <c>Http</c> says, to compare: any change of the whole configuration is told as one of it.</summary>
    /// <param name="without">A key within it that is left out; null for none.</param>
    internal string Read(string? without) => string.Join('\n', root.GetSection("Http").AsEnumerable()
        .Where(entry => entry.Value is not null && (without is null || !entry.Key.EndsWith(":Http:" + without, StringComparison.OrdinalIgnoreCase)))
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key}={entry.Value}"));

    /// <summary>The sections that it has, and what is in them.</summary>
    internal IEnumerable<(string Section, string Entry)> ReadParts() => root.GetSection("Http").GetChildren()
        .SelectMany(static section => section.GetChildren()
            .Where(static entry => entry.AsEnumerable().Any(static within => within.Value is not null))
            .Select(entry => (section.Key, entry.Key)));
}
