using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>The programs that ship, published ahead of time: all at once, when a test first asks for one, and in each run of the
/// tests, so that none is older than the code.</summary>
internal static class NativePrograms
{
    private static readonly string[] s_projects = ["samples/Yarp.Gateway", "samples/Minimal.Web", "src/Bouncer.Firewall.Worker"];

    private static readonly Lazy<Task> s_published = new(PublishAsync);

    internal static Task<string> GatewayAsync() => FindAsync("Yarp.Gateway", "Yarp.Gateway");

    internal static Task<string> MinimalWebAsync() => FindAsync("Minimal.Web", "Minimal.Web");

    internal static Task<string> FirewallAsync() => FindAsync("Bouncer.Firewall.Worker", "bouncers-firewall");

    private static string FolderOf(string project) => RepositoryRoot.Combine("artifacts", "native", Path.GetFileName(project));

    private static async Task PublishAsync()
    {
        foreach (var project in s_projects)
        {
            // What an earlier publish left is no part of this one.
            Directory.CreateDirectory(FolderOf(project)).Delete(recursive: true);
            await Dotnet.RunAsync(RepositoryRoot.Path, "restore", project, "-p:RuntimeIdentifier=linux-x64");
        }

        // The libraries are those that the build of these tests left. Symbols for debuggers take a fifth of the time.
        await Task.WhenAll(s_projects.Select(project => Dotnet.RunAsync(
            RepositoryRoot.Path,
            "publish", project, "-c", BuiltProgram.Configuration, "-r", "linux-x64", "-o", FolderOf(project),
            "--no-restore", "-p:BuildProjectReferences=false", "-p:NativeDebugSymbols=false")));
    }

    private static async Task<string> FindAsync(string project, string program)
    {
        await s_published.Value;
        return Path.Combine(FolderOf(project), program);
    }
}
