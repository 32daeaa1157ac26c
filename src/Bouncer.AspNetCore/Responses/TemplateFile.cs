using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Where a template of the user's lies, and how large it may be.</summary>
internal static class TemplateFile
{
    internal const int LargestSize = 256 * 1024;

    internal static string PathOf(string template, IHostEnvironment? environment) =>
        Path.GetFullPath(template, environment?.ContentRootPath is { Length: > 0 } root ? root : AppContext.BaseDirectory);
}
