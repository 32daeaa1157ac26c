namespace Bouncer.Lapi.Wire;

/// <summary>Keeps the ids of a list of ended decisions; what else stands there does not matter.</summary>
internal sealed class IdWriter : IDecisionWriter
{
    internal List<long> Ids { get; } = [];

    public bool Ignores(DecisionField field) => field is DecisionField.Other or DecisionField.Duration;

    public void Add(DecisionFields fields)
    {
        if (fields.Id != 0 || fields.Fault is null)
        {
            Ids.Add(fields.IdOrSubstitute);
        }
    }
}
