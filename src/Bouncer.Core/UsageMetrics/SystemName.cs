using System.Runtime.InteropServices;

namespace Bouncer.UsageMetrics;

/// <summary>The operating system, as reports name it. LAPI demands a name and a version.</summary>
/// <param name="Name">Such as debian or Windows.</param>
/// <param name="Version">Such as 12.</param>
/// <param name="Family">linux, windows, macos or other.</param>
internal sealed record SystemName(string Name, string Version, string Family)
{
    private const int MaxLength = 255;

    private static readonly string[] ReleaseFiles = ["/etc/os-release", "/usr/lib/os-release"];

    internal static SystemName Current { get; } =
        OperatingSystem.IsLinux() ? OfRelease(ReadRelease())
        : OperatingSystem.IsWindows() ? Of("Windows", null, "windows")
        : OperatingSystem.IsMacOS() ? Of("macOS", null, "macos")
        : Of(RuntimeInformation.OSDescription, null, "other");

    /// <summary>Reads the lines of an os-release file; what is missing is replaced by the kernel's name and version.</summary>
    internal static SystemName OfRelease(IEnumerable<string> lines)
    {
        string? name = null;
        string? version = null;
        foreach (var line in lines)
        {
            name = Value(line, "ID=") ?? name;
            version = Value(line, "VERSION_ID=") ?? version;
        }

        return Of(name ?? "linux", version, "linux");
    }

    private static SystemName Of(string name, string? version, string family) =>
        new(Short(name, family), Short(version ?? Environment.OSVersion.Version.ToString(), "unknown"), family);

    private static string Short(string text, string otherwise) =>
        string.IsNullOrWhiteSpace(text) ? otherwise : text.Length <= MaxLength ? text : text[..MaxLength];

    private static string? Value(string line, string key) =>
        line.StartsWith(key, StringComparison.Ordinal) && line[key.Length..].Trim().Trim('"', '\'') is { Length: > 0 } value ? value : null;

    private static string[] ReadRelease()
    {
        foreach (var file in ReleaseFiles)
        {
            try
            {
                return File.ReadAllLines(file);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                // A small container may have none.
            }
        }

        return [];
    }
}
