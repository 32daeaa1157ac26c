using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Resolves the path of the user's own template, and limits its size.</summary>
internal static class TemplateFile
{
    internal const int LargestSize = 256 * 1024;

    internal static string PathOf(string template, IHostEnvironment? environment) =>
        Path.GetFullPath(template, environment?.ContentRootPath is { Length: > 0 } root ? root : AppContext.BaseDirectory);
}
