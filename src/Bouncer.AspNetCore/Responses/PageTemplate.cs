namespace Bouncer.AspNetCore.Responses;

/// <summary>A page in one language. Immutable.</summary>
/// <param name="Body">Its bytes.</param>
/// <param name="Language">The language; null if it is not known.</param>
internal sealed record PageTemplate(BodyTemplate Body, PageLanguage? Language)
{
    /// <summary>Gets a text of the language, encoded for HTML.</summary>
    internal string Text(string name) => Language?.Find(name) ?? "";
}
