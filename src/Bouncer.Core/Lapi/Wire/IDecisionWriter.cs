namespace Bouncer.Lapi.Wire;

/// <summary>Receives the decisions of a list one by one.</summary>
internal interface IDecisionWriter
{
    /// <summary>Whether this writer ignores a member.</summary>
    bool Ignores(DecisionField field);

    void Add(DecisionFields fields);
}
