using System.Text.Json;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>A decision as LAPI's stream lists it.</summary>
internal readonly record struct ListedDecision(long Id, string Origin, string Scenario, string Scope, string Type, string Value)
{
    internal static ListedDecision On(IpPrefix network, long id, string origin, string scenario, string type)
    {
        var address = network.Key.ToIPAddress();
        return network.IsHost
            ? new(id, origin, scenario, "Ip", type, address.ToString())
            : new(id, origin, scenario, "Range", type, $"{address}/{network.Length}");
    }

    /// <param name="json">Where to.</param>
    /// <param name="duration">As Go writes it.</param>
    /// <param name="uuid">Not read by bouncers, but in every answer.</param>
    internal void Write(Utf8JsonWriter json, string duration, Guid uuid)
    {
        json.WriteStartObject();
        json.WriteString("duration", duration);
        json.WriteNumber("id", Id);
        json.WriteString("origin", Origin);
        json.WriteString("scenario", Scenario);
        json.WriteString("scope", Scope);
        json.WriteString("type", Type);
        json.WriteString("uuid", uuid);
        json.WriteString("value", Value);
        json.WriteEndObject();
    }
}
