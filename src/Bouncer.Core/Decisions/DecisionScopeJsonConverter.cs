using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bouncer;

/// <summary>Writes a <see cref="DecisionScope"/> as its name.</summary>
public sealed class DecisionScopeJsonConverter : JsonConverter<DecisionScope>
{
    /// <inheritdoc/>
    public override DecisionScope Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } name && !string.IsNullOrWhiteSpace(name) ? new(name) : throw new JsonException("A scope has a name.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DecisionScope value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Name);
    }
}
