using Microsoft.CodeAnalysis;

namespace Bouncer.HouseTests;

/// <summary>What the tests run with, as references for the compiler: the frameworks, the packages, and the projects of src.</summary>
internal static class Assemblies
{
    internal static IReadOnlyList<MetadataReference> References { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];

    internal static MetadataReference Reference(string project) =>
        References.Single(reference => Path.GetFileNameWithoutExtension(reference.Display) == project);
}
