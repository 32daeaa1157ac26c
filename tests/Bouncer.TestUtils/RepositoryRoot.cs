namespace Bouncer.TestUtils;

/// <summary>Finds files of the repository from a test's output folder.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds Bouncers.sln.</summary>
    public static string Path { get; } = Find();

    /// <summary>A path below the root.</summary>
    public static string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Bouncers.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Bouncers.sln above {AppContext.BaseDirectory}.");
    }
}
