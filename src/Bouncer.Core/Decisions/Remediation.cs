using System.Text.Json.Serialization;

namespace Bouncer;

/// <summary>
/// What to do with a client: an open set of case-insensitive names. <see langword="default"/> is
/// <see cref="None"/>, "let it pass".
/// </summary>
/// <remarks>
/// In CrowdSec it is the <c>type</c> of a decision, any text. Other spellings of the names below are folded into them
/// (<c>ratelimit</c> and <c>limit</c> are <see cref="Throttle"/>, <c>enforce_mfa</c> and <c>2fa</c> are
/// <see cref="Mfa"/>), so that policies need only one name.
/// </remarks>
[JsonConverter(typeof(BouncerJsonConverter))]
public readonly struct Remediation : IEquatable<Remediation>
{
    private readonly string? _name;

    /// <summary>Initializes a remediation.</summary>
    /// <param name="name">The name; <c>none</c>, <c>allow</c>, <c>allowlist</c>, <c>whitelist</c>, <c>bypass</c>, <c>pass</c>,
    /// <c>accept</c> or an empty text is <see cref="None"/>.</param>
    public Remediation(string? name) => _name = RemediationNames.Canonical(name);

    private Remediation(string canonical, bool _) => _name = canonical;

    /// <summary>Let the client pass.</summary>
    public static Remediation None => default;

    /// <summary>Refuse the client.</summary>
    public static Remediation Ban { get; } = new(RemediationNames.Ban, true);

    /// <summary>Ask the client for a second factor.</summary>
    public static Remediation Mfa { get; } = new(RemediationNames.Mfa, true);

    /// <summary>Ask the client to solve a captcha.</summary>
    public static Remediation Captcha { get; } = new(RemediationNames.Captcha, true);

    /// <summary>Slow the client down.</summary>
    public static Remediation Throttle { get; } = new(RemediationNames.Throttle, true);

    /// <summary>The name; <c>none</c> for <see cref="None"/>.</summary>
    public string Name => _name ?? RemediationNames.None;

    /// <summary>Whether the client passes.</summary>
    public bool IsNone => _name is null;

    /// <inheritdoc/>
    public bool Equals(Remediation other) => string.Equals(_name, other._name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Remediation other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _name is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_name);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Whether both are the same remediation.</summary>
    public static bool operator ==(Remediation left, Remediation right) => left.Equals(right);

    /// <summary>Whether they are different remediations.</summary>
    public static bool operator !=(Remediation left, Remediation right) => !left.Equals(right);
}
