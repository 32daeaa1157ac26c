using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bouncer.Net;

namespace Bouncer;

/// <summary>Writes a network as its text, address and prefix length.</summary>
public sealed class NetworkJsonConverter : JsonConverter<IPNetwork?>
{
    /// <inheritdoc/>
    public override IPNetwork? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IpParser.TryParsePrefix(reader.GetString(), out var network) ? network.ToIPNetwork() : throw new JsonException("This is no network.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IPNetwork? value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value?.ToString());
    }
}
