using Bouncer.Decisions;

namespace Bouncer.Lapi.Wire;

/// <summary>What follows from the texts that decisions share, worked out once.</summary>
internal sealed class WireKind(KindTexts texts)
{
    private readonly KindTexts _texts = texts;
    private int _number = -1;

    internal ref readonly KindTexts Texts => ref _texts;

    /// <summary>Whether a text is missing without which there is no decision.</summary>
    internal bool IsIncomplete { get; } = string.IsNullOrWhiteSpace(texts.Scope.Text);

    /// <summary>What the value is; meaningless if <see cref="IsIncomplete"/>.</summary>
    internal DecisionScope Scope { get; } = ScopeOf(texts);

    /// <summary>Whether the value is an address or a network.</summary>
    internal bool IsAddress { get; } = ScopeOf(texts).IsAddress;

    /// <summary>The number among the kinds of the rows, which learn of it when a decision needs it.</summary>
    internal int NumberIn(DecisionRows rows)
    {
        if (_number < 0)
        {
            _number = rows.Intern(new(_texts.Origin.Text, _texts.Scenario.Text, Scope, _texts.Type.Text, RemediationOf(_texts.Type.Text)));
        }

        return _number;
    }

    /// <summary>LAPI takes a decision without a word for its type, which is no wish to let the client pass: it takes the fallback.</summary>
    internal static Remediation RemediationOf(string type) => new(string.IsNullOrWhiteSpace(type) ? RemediationNames.Unknown : type);

    private static DecisionScope ScopeOf(in KindTexts texts) =>
        string.IsNullOrWhiteSpace(texts.Scope.Text) ? default : new(texts.Scope.Text);
}
