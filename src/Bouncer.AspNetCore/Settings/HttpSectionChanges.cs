using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Settings;

/// <summary>Tells when the configuration changed.</summary>
/// <param name="root">The section that holds <c>Http</c>.</param>
internal sealed class HttpSectionChanges(IConfiguration root) : IOptionsChangeTokenSource<BouncerHttpOptions>
{
    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => root.GetReloadToken();

    /// <summary>All that section <c>Http</c> says, to compare: any change of the whole configuration is told as one of it.</summary>
    internal string Read() => string.Join(
        '\n', root.GetSection("Http").AsEnumerable().OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value}"));
}
