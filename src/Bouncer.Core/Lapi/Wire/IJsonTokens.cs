using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads a document token by token, so that it is never in memory as a whole.</summary>
internal interface IJsonTokens
{
    /// <summary>Reads all tokens that have arrived.</summary>
    /// <exception cref="JsonException">The document is malformed or not of the expected form.</exception>
    void Take(ref Utf8JsonReader reader);
}
