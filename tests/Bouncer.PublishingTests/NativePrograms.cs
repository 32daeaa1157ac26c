using Bouncer.TestUtils;

namespace Bouncer.PublishingTests;

/// <summary>The programs that ship, published ahead of time: all at once, when a test first asks for one.</summary>
public sealed class NativePrograms : IDisposable
{
    private static readonly string[] s_projects = ["samples/Yarp.Gateway", "samples/Minimal.Web", "src/Bouncer.Firewall.Worker"];

    private readonly Lazy<Task> _published = new(PublishAsync);

    internal Task<string> GatewayAsync() => FindAsync("Yarp.Gateway", "Yarp.Gateway");

    internal Task<string> MinimalWebAsync() => FindAsync("Minimal.Web", "Minimal.Web");

    internal Task<string> FirewallAsync() => FindAsync("Bouncer.Firewall.Worker", "bouncers-firewall");

    public void Dispose()
    {
        if (_published.IsValueCreated)
        {
            _published.Value.Wait();
        }
    }

    private static string FolderOf(string project) => RepositoryRoot.Combine("artifacts", "native", Path.GetFileName(project));

    private static async Task PublishAsync()
    {
        foreach (var project in s_projects)
        {
            await Dotnet.RunAsync(RepositoryRoot.Path, "restore", project, "-p:RuntimeIdentifier=linux-x64");
        }

        // The libraries are those that the build of these tests left. Symbols for debuggers take a fifth of the time.
        await Task.WhenAll(s_projects.Select(project => Dotnet.RunAsync(
            RepositoryRoot.Path,
            "publish", project, "-c", Dotnet.Configuration, "-r", "linux-x64", "-o", FolderOf(project),
            "--no-restore", "-p:BuildProjectReferences=false", "-p:NativeDebugSymbols=false")));
    }

    private async Task<string> FindAsync(string project, string program)
    {
        await _published.Value;
        return Path.Combine(FolderOf(project), program);
    }
}
