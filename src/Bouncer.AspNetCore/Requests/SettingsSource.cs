using Bouncer.AspNetCore.Responses;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Requests;

/// <summary>What features make their settings from.</summary>
internal sealed class SettingsSource(BouncerHttpOptions options, PageMaker pages, IHostEnvironment? environment, HttpSettings? previous = null)
{
    internal BouncerHttpOptions Options { get; } = options;

    internal PageMaker Pages { get; } = pages;

    /// <summary>The page of a refusal that has none of its own.</summary>
    internal RefusalPage RefusalPage { get; } = pages.MakeRefusal("banHeading", PageFile.Read("BanPage.html"));

    /// <summary>The settings in force so far; null for the first ones.</summary>
    internal HttpSettings? Previous { get; } = previous;

    /// <summary>The full path of a file that the options name; null if they name none.</summary>
    internal string? PathOf(string? path) => path is null ? null : TemplateFile.PathOf(path, environment);
}
