namespace Bouncer.Lapi.Wire;

/// <summary>Receives the decisions of a list one by one.</summary>
internal interface IDecisionWriter
{
    /// <summary>Whether a member is ignored here.</summary>
    bool Ignores(DecisionField field);

    void Add(DecisionFields fields);
}
