using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>The programs that ship, published ahead of time: all at once, when a test first asks for one, and in each run of the
/// tests, so that none is older than the code.</summary>
internal static class NativePrograms
{
    private const string Runtime = "linux-x64";

    private static readonly Native s_gateway = new("samples/Yarp.Gateway", "Yarp.Gateway");
    private static readonly Native s_minimalWeb = new("samples/Minimal.Web", "Minimal.Web");
    private static readonly Native s_firewall = new("src/Bouncer.Firewall.Worker", "bouncers-firewall");

    private static readonly Lazy<Task> s_published = new(() => PublishAsync([s_gateway, s_minimalWeb, s_firewall]));

    internal static Task<string> GatewayAsync() => FindAsync(s_gateway);

    internal static Task<string> MinimalWebAsync() => FindAsync(s_minimalWeb);

    internal static Task<string> FirewallAsync() => FindAsync(s_firewall);

    private static async Task<string> FindAsync(Native program)
    {
        await s_published.Value;
        return program.Path;
    }

    private static async Task PublishAsync(Native[] programs)
    {
        foreach (var program in programs)
        {
            program.Clear();
            await Dotnet.RunAsync(RepositoryRoot.Path, "restore", program.Project, "-p:RuntimeIdentifier=" + Runtime);
        }

        // The libraries are those that the build of these tests left. Symbols for debuggers take a fifth of the time.
        await Task.WhenAll(programs.Select(program => Dotnet.RunAsync(
            RepositoryRoot.Path,
            "publish", program.Project, "-c", BuiltProgram.Configuration, "-r", Runtime, "-o", program.Folder,
            "--no-restore", "-p:BuildProjectReferences=false", "-p:NativeDebugSymbols=false")));
    }

    private sealed record Native(string Project, string FileName)
    {
        public string Folder => RepositoryRoot.Combine("artifacts", "native", Name);

        public string Path => System.IO.Path.Combine(Folder, FileName);

        private string Name => System.IO.Path.GetFileName(Project);

        /// <summary>Removes what an earlier publish left. Where it was interrupted, that includes what the compiler and the linker
        /// had begun to write, which is newer than the code and would be taken for up to date.</summary>
        public void Clear()
        {
            if (!File.Exists(Path))
            {
                Delete(RepositoryRoot.Combine("artifacts", "obj", Name, $"{BuiltProgram.Configuration}_{Runtime}", "native"));
                Delete(RepositoryRoot.Combine("artifacts", "bin", Name, $"{BuiltProgram.Configuration}_{Runtime}", "native"));
            }

            Delete(Folder);
        }

        private static void Delete(string folder) => Directory.CreateDirectory(folder).Delete(recursive: true);
    }
}
