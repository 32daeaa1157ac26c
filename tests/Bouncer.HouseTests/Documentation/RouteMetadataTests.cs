using System.Text.RegularExpressions;
using Bouncer.Yarp;

namespace Bouncer.HouseTests.Documentation;

/// <summary>A route's metadata are texts: one that is misspelt on a page would quietly leave a route on the default policy.</summary>
public sealed partial class RouteMetadataTests
{
    private static readonly string[] Known = [RouteMetadataKeys.Policy, RouteMetadataKeys.Bypass];

    [Fact]
    public void MetadataKeys_OnPagesAndInSamples_AreKnown()
    {
        var named = Repository.Pages.Concat(Repository.Under("samples", ".json"))
            .SelectMany(file => Key().Matches(file.Text).Select(match => (file.Path, Key: match.Groups[1].Value))).ToArray();
        Assert.Equal(Known.Order(StringComparer.Ordinal), named.Select(use => use.Key).Intersect(Known).Order(StringComparer.Ordinal));
        Findings.None(named.Where(use => !Known.Contains(use.Key)).Select(use => $"{use.Path}: {use.Key}"), "Metadata that nothing reads:");
    }

    /// <summary>A name in quotes before a colon; the package names of this repository never are.</summary>
    [GeneratedRegex("\"(Bouncer\\.[A-Za-z]+)\"\\s*:")]
    private static partial Regex Key();
}
