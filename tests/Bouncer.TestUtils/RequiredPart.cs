namespace Bouncer.TestUtils;

/// <summary>
/// A program that some tests need and a machine may lack. Where it is missing, the test is skipped with a reason;
/// with <c>BOUNCERS_REQUIRE_PARTS=1</c>, which test.sh sets, it fails instead.
/// </summary>
public sealed class RequiredPart
{
    private readonly string _name;
    private readonly string _path;

    private RequiredPart(string name, string overriddenBy, string path) =>
        (_name, _path) = (name, Environment.GetEnvironmentVariable(overriddenBy) ?? path);

    /// <summary>The unpacked package of CrowdSec 1.4.6; <c>BOUNCERS_CROWDSEC</c> names another folder.</summary>
    public static RequiredPart CrowdSec { get; } =
        new("CrowdSec 1.4.6", "BOUNCERS_CROWDSEC", RepositoryRoot.Combine("artifacts", "crowdsec"));

    /// <summary>A Chromium to look at pages with; <c>BOUNCERS_CHROMIUM</c> names another program.</summary>
    public static RequiredPart Chromium { get; } = new("Chromium", "BOUNCERS_CHROMIUM", "/usr/bin/chromium");

    /// <summary>A Node to run scripts with; <c>BOUNCERS_NODE</c> names another program.</summary>
    public static RequiredPart Node { get; } = new("Node", "BOUNCERS_NODE", "/usr/bin/node");

    /// <summary>The folder with the public package altcha-lib; <c>BOUNCERS_ALTCHA</c> names another.</summary>
    public static RequiredPart Altcha { get; } =
        new("altcha-lib", "BOUNCERS_ALTCHA", RepositoryRoot.Combine("artifacts", "altcha", "node_modules", "altcha-lib"));

    /// <summary>Whether the part is there.</summary>
    public bool IsPresent => System.IO.Path.Exists(_path);

    /// <summary>The part's path; skips or fails the running test when it is not there.</summary>
    public string PathOrSkip()
    {
        if (!IsPresent)
        {
            var reason = $"{_name} is not at {_path}: run scripts/install-parts.sh";
            Assert.False(Environment.GetEnvironmentVariable("BOUNCERS_REQUIRE_PARTS") == "1", reason);
            Assert.Skip(reason);
        }

        return _path;
    }
}
