using System.Text.Json.Serialization;

namespace Bouncer;

/// <summary>The kind of a decision's value: an address, a range, a country, a user… An open set of case-insensitive names.</summary>
/// <remarks>CrowdSec writes the first four as <c>Ip</c>, <c>Range</c>, <c>Country</c> and <c>AS</c> and keeps any other
/// text as it is.</remarks>
[JsonConverter(typeof(BouncerJsonConverter))]
public readonly struct DecisionScope : IEquatable<DecisionScope>
{
    private readonly string? _name;

    /// <summary>Initializes a scope.</summary>
    /// <param name="name">The scope's name; not empty.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public DecisionScope(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var folded = name.Trim().ToLowerInvariant();
        _name = folded == "ip" ? null : folded;
    }

    /// <summary>One address.</summary>
    public static DecisionScope Ip => default;

    /// <summary>A network, written as address and prefix length.</summary>
    public static DecisionScope Range { get; } = new("range");

    /// <summary>A country, by its two letters.</summary>
    public static DecisionScope Country { get; } = new("country");

    /// <summary>An autonomous system, by its number.</summary>
    public static DecisionScope AS { get; } = new("as");

    /// <summary>A user of the application.</summary>
    public static DecisionScope Username { get; } = new("username");

    /// <summary>The name in lower case.</summary>
    public string Name => _name ?? "ip";

    /// <summary>Whether values of this scope are addresses or networks, which are held in the address table.</summary>
    public bool IsAddress => Equals(Ip) || Equals(Range);

    /// <inheritdoc/>
    public bool Equals(DecisionScope other) => string.Equals(_name, other._name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DecisionScope other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Whether both are the same scope.</summary>
    public static bool operator ==(DecisionScope left, DecisionScope right) => left.Equals(right);

    /// <summary>Whether they are different scopes.</summary>
    public static bool operator !=(DecisionScope left, DecisionScope right) => !left.Equals(right);
}
