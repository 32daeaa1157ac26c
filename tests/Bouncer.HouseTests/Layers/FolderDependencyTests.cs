using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Bouncer.HouseTests.Layers;

/// <summary>Looks at identifiers, not at using lines: public types share one namespace whatever their folder.</summary>
public sealed class FolderDependencyTests
{
    private const string Core = "src/Bouncer.Core";

    private static readonly (string Type, string Folder, RepositoryFile File)[] Declared =
        [.. Repository.Under(Core, ".cs").SelectMany(file => file.Types.Select(type => (type.Identifier.Text, FolderOf(file), file)))];

    [Fact]
    public void CoreFolders_All_HaveARank() =>
        Findings.None(
            Declared.Select(type => type.Folder).Distinct().Where(folder => !FolderRanks.IsKnown(folder)),
            "A folder of Bouncer.Core has no place in FolderRanks:");

    [Fact]
    public void CoreFolders_Lower_DoNotUseHigher()
    {
        Assert.NotEmpty(Declared);
        Findings.None(Declared.SelectMany(Violations), "A folder of Bouncer.Core uses one above it:");
    }

    private static IEnumerable<string> Violations((string Type, string Folder, RepositoryFile File) user)
    {
        var rank = FolderRanks.Of(user.Folder);
        var used = Identifiers(user.File);
        return Declared
            .Where(type => used.Contains(type.Type) && IsUniquelyThere(type.Type, user.Folder))
            .Where(type => FolderRanks.Of(type.Folder) > rank || FolderRanks.Strangers.Contains((user.Folder, type.Folder)))
            .Select(type => $"{user.File.Path} uses {type.Type} of {type.File.Path}");
    }

    /// <summary>Folders have files of one name (Log): what the own folder has is what is meant.</summary>
    private static bool IsUniquelyThere(string type, string userFolder) =>
        !Declared.Any(other => other.Type == type && other.Folder == userFolder);

    private static HashSet<string> Identifiers(RepositoryFile file) =>
        [.. file.Syntax.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.Text)];

    private static string FolderOf(RepositoryFile file)
    {
        var path = file.Path[(Core.Length + 1)..];
        return path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : "";
    }
}
