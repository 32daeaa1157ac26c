using Bouncer.AspNetCore.Responses;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The data from which features create their settings.</summary>
internal sealed class SettingsSource(BouncerHttpOptions options, PageMaker pages, IHostEnvironment? environment, HttpSettings? previous = null)
{
    internal BouncerHttpOptions Options { get; } = options;

    internal PageMaker Pages { get; } = pages;

    /// <summary>The page of a refusal without its own page.</summary>
    internal RefusalPage RefusalPage { get; } = pages.MakeRefusal("banHeading", PageFile.Read("BanPage.html"));

    /// <summary>The previous settings; null for the first ones.</summary>
    internal HttpSettings? Previous { get; } = previous;

    /// <summary>The full path of a file in the options; null for none.</summary>
    internal string? PathOf(string? path) => path is null ? null : TemplateFile.PathOf(path, environment);
}
