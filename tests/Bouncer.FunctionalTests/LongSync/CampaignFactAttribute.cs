using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace Bouncer.FunctionalTests.LongSync;

/// <summary>A test that is there only where <see cref="Minutes"/> is set: the suite neither runs nor skips it.</summary>
[XunitTestCaseDiscoverer(typeof(CampaignDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
public sealed class CampaignFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1) : FactAttribute(file, line)
{
    /// <summary>How many minutes the campaign takes.</summary>
    public const string Minutes = "BOUNCERS_LONG_SYNC_MINUTES";
}

/// <summary>Finds it.</summary>
public sealed class CampaignDiscoverer : FactDiscoverer
{
    /// <inheritdoc />
    public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions,
        IXunitTestMethod testMethod,
        IFactAttribute factAttribute) =>
        Environment.GetEnvironmentVariable(CampaignFactAttribute.Minutes) is { Length: > 0 }
            ? base.Discover(discoveryOptions, testMethod, factAttribute)
            : new([]);
}
