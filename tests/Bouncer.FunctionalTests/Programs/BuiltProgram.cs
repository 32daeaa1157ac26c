using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>Programs for the installed runtime, as the build of these tests left them.</summary>
internal static class BuiltProgram
{
    /// <summary>The configuration in which these tests were built.</summary>
    internal static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Name;

    internal static string PathOf(string project) => RepositoryRoot.Combine("artifacts", "bin", project, Configuration, project + ".dll");
}
