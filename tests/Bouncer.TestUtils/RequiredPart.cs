namespace Bouncer.TestUtils;

/// <summary>
/// A program that some tests need and a machine may lack. Where it is missing, the test is skipped with a reason;
/// with <c>BOUNCERS_REQUIRE_PARTS=1</c>, which test.sh sets, it fails instead.
/// </summary>
public sealed class RequiredPart
{
    private readonly string _name;
    private readonly string _path;
    private readonly bool _needsRoot;

    private RequiredPart(string name, string overriddenBy, string path, bool needsRoot = false) =>
        (_name, _path, _needsRoot) = (name, Environment.GetEnvironmentVariable(overriddenBy) ?? path, needsRoot);

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

    /// <summary>The program sqlite3; <c>BOUNCERS_SQLITE</c> names another.</summary>
    public static RequiredPart Sqlite { get; } = new("sqlite3", "BOUNCERS_SQLITE", "/usr/bin/sqlite3");

    /// <summary>The program nft, for root; <c>BOUNCERS_NFT</c> names another.</summary>
    public static RequiredPart Nftables { get; } = new("nft", "BOUNCERS_NFT", "/usr/sbin/nft", needsRoot: true);

    /// <summary>The program ip, for root; <c>BOUNCERS_IP</c> names another.</summary>
    public static RequiredPart Iproute { get; } = new("ip", "BOUNCERS_IP", "/usr/sbin/ip", needsRoot: true);

    /// <summary>The program nginx; <c>BOUNCERS_NGINX</c> names another.</summary>
    public static RequiredPart Nginx { get; } = new("nginx", "BOUNCERS_NGINX", "/usr/sbin/nginx");

    /// <summary>The module of nginx that passes bytes on; <c>BOUNCERS_NGINX_STREAM</c> names another file.</summary>
    public static RequiredPart NginxStream { get; } =
        new("nginx's stream module", "BOUNCERS_NGINX_STREAM", "/usr/lib/nginx/modules/ngx_stream_module.so");

    /// <summary>The program haproxy; <c>BOUNCERS_HAPROXY</c> names another.</summary>
    public static RequiredPart HaProxy { get; } = new("haproxy", "BOUNCERS_HAPROXY", "/usr/sbin/haproxy");

    /// <summary>The programs of PostgreSQL's server; <c>BOUNCERS_POSTGRESQL</c> names another folder.</summary>
    public static RequiredPart PostgreSql { get; } = new("PostgreSQL", "BOUNCERS_POSTGRESQL", "/usr/lib/postgresql/15/bin");

    /// <summary>Whether the part is there and may be used.</summary>
    public bool IsPresent => Lack is null;

    private string? Lack =>
        !System.IO.Path.Exists(_path) ? $"{_name} is not at {_path}: run scripts/install-parts.sh"
        : _needsRoot && !Environment.IsPrivilegedProcess ? $"{_name} needs root"
        : null;

    /// <summary>The part's path; skips or fails the running test when it is not there.</summary>
    public string PathOrSkip()
    {
        if (Lack is { } reason)
        {
            Skip(reason);
        }

        return _path;
    }

    /// <summary>Skips the running test, or fails it where nothing may be missing.</summary>
    internal static void Skip(string reason)
    {
        Assert.False(Environment.GetEnvironmentVariable("BOUNCERS_REQUIRE_PARTS") == "1", reason);
        Assert.Skip(reason);
    }
}
