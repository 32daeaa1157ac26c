using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bouncer.Net;

namespace Bouncer;

/// <summary>Writes a <see cref="Remediation"/> and a <see cref="DecisionScope"/> as its name, and a network as its text, address
/// and prefix length. The types name this converter in an attribute, so it also applies in source-generated contexts.</summary>
public sealed class BouncerJsonConverter : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert == typeof(Remediation) || typeToConvert == typeof(DecisionScope) || typeToConvert == typeof(IPNetwork?);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(Remediation) ? new OfRemediation()
        : typeToConvert == typeof(DecisionScope) ? new OfScope()
        : new OfNetwork();

    private sealed class OfRemediation : JsonConverter<Remediation>
    {
        public override Remediation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString());

        public override void Write(Utf8JsonWriter writer, Remediation value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
    }

    private sealed class OfScope : JsonConverter<DecisionScope>
    {
        public override DecisionScope Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() is { } name && !string.IsNullOrWhiteSpace(name) ? new(name) : throw new JsonException("A scope has a name.");

        public override void Write(Utf8JsonWriter writer, DecisionScope value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
    }

    private sealed class OfNetwork : JsonConverter<IPNetwork?>
    {
        public override IPNetwork? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IpParser.TryParsePrefix(reader.GetString(), out var network)
                ? network.ToIPNetwork()
                : throw new JsonException("The text is not an address or a network.");

        public override void Write(Utf8JsonWriter writer, IPNetwork? value, JsonSerializerOptions options) => writer.WriteStringValue(value?.ToString());
    }
}
