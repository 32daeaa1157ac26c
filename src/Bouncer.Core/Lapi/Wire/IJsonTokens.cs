using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Takes a document token by token, so that it need never be held as a whole.</summary>
internal interface IJsonTokens
{
    /// <summary>Takes the token on which the reader stands; must not move the reader.</summary>
    /// <exception cref="JsonException">The document is not what is expected here.</exception>
    void Take(ref Utf8JsonReader reader);
}
