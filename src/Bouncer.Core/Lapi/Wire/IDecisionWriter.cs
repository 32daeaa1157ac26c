namespace Bouncer.Lapi.Wire;

/// <summary>Takes the decisions of a list one by one.</summary>
internal interface IDecisionWriter
{
    /// <summary>Whether a member says nothing here.</summary>
    bool Ignores(DecisionField field);

    void Add(DecisionFields fields);
}
