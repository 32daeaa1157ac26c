using System.Text;
using System.Text.Json;

namespace Bouncer.Firewall.Nftables;

/// <summary>The sets, jumps and verdicts of a rule, in a form common to <see cref="NftRule"/> and nft's JSON. A mark alone is not
/// sufficient, because another program could have replaced the rule and kept its mark.</summary>
internal static class NftEffect
{
    private static readonly string[] Verdicts = ["drop", "accept", "return", "reject", "continue", "queue"];

    /// <summary>Joins the parts of an effect: <c>@set</c>, <c>jump:chain</c>, a verdict.</summary>
    internal static string Of(params ReadOnlySpan<string> parts)
    {
        StringBuilder effect = new();
        foreach (var part in parts)
        {
            Append(effect, part);
        }

        return effect.ToString();
    }

    /// <summary>The effect of a rule as nft lists it.</summary>
    internal static string Of(JsonElement rule)
    {
        StringBuilder effect = new();
        if (rule.TryGetProperty("expr", out var expressions))
        {
            Append(effect, expressions);
        }

        return effect.ToString();
    }

    private static void Append(StringBuilder effect, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Append(effect, item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var (name, value) in element.EnumerateObject().Select(property => (property.Name, property.Value)))
                {
                    if (name is "jump" or "goto")
                    {
                        Append(effect, $"{name}:{(value.TryGetProperty("target", out var target) ? target.GetString() : "")}");
                    }
                    else if (Verdicts.Contains(name))
                    {
                        Append(effect, name);
                    }
                    else
                    {
                        Append(effect, value);
                    }
                }

                break;
            case JsonValueKind.String when element.GetString() is ['@', ..] set:
                Append(effect, set);
                break;
            default:
                break;
        }
    }

    private static void Append(StringBuilder effect, string part) => effect.Append('/').Append(part);
}
