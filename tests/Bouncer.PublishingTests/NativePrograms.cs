using Bouncer.TestUtils;

namespace Bouncer.PublishingTests;

/// <summary>The programs that ship, published ahead of time: each once per run of the tests, when a test first asks for it.</summary>
public sealed class NativePrograms : IDisposable
{
    private readonly SemaphoreSlim _publishing = new(1);
    private readonly Dictionary<string, string> _published = [];

    internal Task<string> GatewayAsync() => PublishAsync("samples", "Yarp.Gateway", "Yarp.Gateway");

    internal Task<string> MinimalWebAsync() => PublishAsync("samples", "Minimal.Web", "Minimal.Web");

    internal Task<string> FirewallAsync() => PublishAsync("src", "Bouncer.Firewall.Worker", "bouncers-firewall");

    public void Dispose() => _publishing.Dispose();

    private async Task<string> PublishAsync(string folder, string project, string program)
    {
        await _publishing.WaitAsync();
        try
        {
            if (!_published.TryGetValue(project, out var path))
            {
                var output = RepositoryRoot.Combine("artifacts", "native", project);
                await Dotnet.RunAsync(
                    RepositoryRoot.Path, "publish", Path.Combine(folder, project), "-c", Dotnet.Configuration, "-r", "linux-x64", "-o", output);
                _published[project] = path = Path.Combine(output, program);
            }

            return path;
        }
        finally
        {
            _publishing.Release();
        }
    }
}
