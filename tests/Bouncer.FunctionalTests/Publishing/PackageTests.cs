using System.Diagnostics;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Publishing;

/// <summary>A project outside the repository that has the packages only: restored, published in each form, and run.</summary>
public sealed class PackageTests(PackageTests.Project project) : IClassFixture<PackageTests.Project>
{
    /// <summary>What was downloaded before, so that only the packages under test are unpacked, in a folder of their own.</summary>
    private static string Downloaded { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The forms that are tried: two take minutes, and scripts/packages.sh asks for them.</summary>
    public static TheoryData<string, string[]> Forms { get; } = Environment.GetEnvironmentVariable("BOUNCERS_PACKAGES") == "all"
        ? new()
        {
            { "installed runtime", ["--no-self-contained"] },
            { "trimmed", ["--self-contained", "-p:PublishTrimmed=true"] },
            { "ahead of time", ["-p:PublishAot=true", "-p:NativeDebugSymbols=false"] },
        }
        : new() { { "installed runtime", ["--no-self-contained"] } };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Project_OfThePackages_IsProtected(string form, string[] options)
    {
        var folder = Path.Combine(project.Folder, form.Replace(' ', '-'));
        await Dotnet.RunAsync(project.Folder, ["publish", "-r", "linux-x64", "-o", folder, $"-p:RestoreFallbackFolders={Downloaded}", .. options]);

        using var program = Process.Start(new ProcessStartInfo(Path.Combine(folder, "Consumer"))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var result = await ProgramResult.OfAsync(program, TimeSpan.FromSeconds(30));

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal("IFirewall\n403\n200\n", result.Output);
    }

    /// <summary>The project, in a temporary folder with the packages.</summary>
    public sealed class Project : IAsyncLifetime
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-consumer-");

        internal string Folder => _folder.FullName;

        public async ValueTask InitializeAsync()
        {
            await Dotnet.RunAsync(
                RepositoryRoot.Path, "pack", "Bouncers.sln", "--no-build", "-c", BuiltProgram.Configuration, "-o", Path.Combine(Folder, "feed"), "-p:WarnOnPackingNonPackableProject=false");
            foreach (var file in new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "Publishing", "Consumer")).EnumerateFiles())
            {
                file.CopyTo(Path.Combine(Folder, Path.GetFileNameWithoutExtension(file.Name)));
            }
        }

        public ValueTask DisposeAsync()
        {
            _folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
