using System.Collections.Frozen;

namespace Bouncer.HouseTests;

/// <summary>The repository's files as they lie on the disk, without what builds put there.</summary>
internal static class Repository
{
    private static readonly FrozenSet<string> Skipped = new[]
    {
        ".git", ".vs", ".idea", ".vscode", "artifacts", "bin", "obj", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> TextExtensions = new[]
    {
        ".cs", ".md", ".csproj", ".props", ".targets", ".sln", ".json", ".yml", ".yaml", ".config", ".txt", ".sh", ".html", ".css",
        ".js", ".http", ".editorconfig", ".gitignore", ".gitattributes", "",
    }.ToFrozenSet(StringComparer.Ordinal);

    internal static string Root { get; } = FindRoot();

    /// <summary>Every text file, by its path from the root with forward slashes.</summary>
    internal static IReadOnlyList<RepositoryFile> Files { get; } =
        [.. Walk(Root).Where(IsText).Select(path => new RepositoryFile(Relative(path), path)).OrderBy(file => file.Path, StringComparer.Ordinal)];

    internal static IEnumerable<RepositoryFile> Under(string folder, string extension) =>
        Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal) && file.Path.EndsWith(extension, StringComparison.Ordinal));

    /// <summary>The pages that people read: those at the top, all of docs, and the packages' own.</summary>
    internal static IEnumerable<RepositoryFile> Pages =>
        Files.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)
            && (!file.Path.Contains('/') || file.Path.StartsWith("docs/", StringComparison.Ordinal) || file.Path.StartsWith("src/", StringComparison.Ordinal)));

    internal static RepositoryFile File(string path) =>
        Files.SingleOrDefault(file => file.Path == path) ?? throw new FileNotFoundException($"The repository has no file '{path}'.");

    /// <summary>The names of the libraries under src.</summary>
    internal static IReadOnlyList<string> SourceProjects { get; } =
        [.. Files.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal) && file.Path.EndsWith(".csproj", StringComparison.Ordinal))
            .Where(file => !file.Text.Contains("<OutputType>Exe", StringComparison.Ordinal))
            .Select(file => Path.GetFileNameWithoutExtension(file.Path)).Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Bouncers.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the tests holds Bouncers.sln.");
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory.GetFiles(folder).Concat(Directory.GetDirectories(folder)
            .Where(child => !Skipped.Contains(Path.GetFileName(child)))
            .SelectMany(Walk));

    private static bool IsText(string path) =>
        TextExtensions.Contains(Path.GetExtension(path)) && Path.GetFileName(path) != ".git";

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');
}
