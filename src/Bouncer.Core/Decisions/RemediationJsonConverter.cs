using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bouncer;

/// <summary>Writes a <see cref="Remediation"/> as its name.</summary>
public sealed class RemediationJsonConverter : JsonConverter<Remediation>
{
    /// <inheritdoc/>
    public override Remediation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Remediation value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Name);
    }
}
