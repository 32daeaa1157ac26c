using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads a document token by token, so that it is never in memory as a whole.</summary>
internal interface IJsonTokens
{
    /// <summary>Reads the tokens that have arrived, up to where the piece has no more for now.</summary>
    /// <exception cref="JsonException">The document is malformed, or not what is expected here.</exception>
    void Take(ref JsonPiece piece);
}
