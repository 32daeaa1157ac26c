namespace Bouncer.Lapi.Wire;

/// <summary>Collects the ids of a list of ended decisions; their other members are ignored.</summary>
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
