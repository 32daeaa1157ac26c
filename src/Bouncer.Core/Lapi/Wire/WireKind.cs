using Bouncer.Decisions;

namespace Bouncer.Lapi.Wire;

/// <summary>The values derived from the texts that decisions share, computed once.</summary>
internal sealed class WireKind(KindTexts texts)
{
    private readonly KindTexts _texts = texts;
    private int _number = -1;

    internal ref readonly KindTexts Texts => ref _texts;

    /// <summary>Whether a required text is missing.</summary>
    internal bool IsIncomplete { get; } = string.IsNullOrWhiteSpace(texts.Scope.Text);

    /// <summary>The kind of value; undefined if <see cref="IsIncomplete"/>.</summary>
    internal DecisionScope Scope { get; } = ScopeOf(texts);

    /// <summary>Whether the value is an address or a network.</summary>
    internal bool IsAddress { get; } = ScopeOf(texts).IsAddress;

    /// <summary>Returns the number of this kind in the rows, and adds it to them if necessary.</summary>
    internal int NumberIn(DecisionRows rows)
    {
        if (_number < 0)
        {
            _number = rows.Intern(new(_texts.Origin.Text, _texts.Scenario.Text, Scope, _texts.Type.Text, RemediationOf(_texts.Type.Text)));
        }

        return _number;
    }

    /// <summary>LAPI accepts a decision with an empty type. That does not mean that the client may pass, so the fallback
    /// applies.</summary>
    internal static Remediation RemediationOf(string type) => new(string.IsNullOrWhiteSpace(type) ? RemediationNames.Unknown : type);

    private static DecisionScope ScopeOf(in KindTexts texts) =>
        string.IsNullOrWhiteSpace(texts.Scope.Text) ? default : new(texts.Scope.Text);
}
