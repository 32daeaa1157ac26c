using Bouncer.Lapi;

namespace Bouncer.Tests.Sync;

/// <summary>Has a scripted LAPI answer questions from a table of decisions, as CrowdSec since 1.5 does or as before.</summary>
internal sealed class TableLapi
{
    private readonly ScriptedLapi _lapi;
    private readonly bool _knowsIds;

    internal TableLapi(ScriptedLapi lapi, bool knowsIds)
    {
        _lapi = lapi;
        _knowsIds = knowsIds;
        lapi.List = Answer;
    }

    /// <summary>What LAPI has.</summary>
    internal List<Decision> Rows { get; } = [];

    /// <summary>Whether its table cannot be read: questions fail with status 500.</summary>
    internal bool IsBroken { get; set; }

    /// <summary>The stream's whole list of what there is.</summary>
    internal TableLapi ThenAll()
    {
        _lapi.Then([.. Rows]);
        return this;
    }

    private ListAnswer Answer(DecisionSelection selection)
    {
        if (IsBroken)
        {
            throw new LapiException(LapiErrorKind.Internal, "LAPI answered with status 500.");
        }

        var found = Rows.Where(row => selection.Value is null || row.Value == selection.Value)
            .Where(row => selection.Origins?.Contains(row.Origin) != false);
        if (_knowsIds)
        {
            found = found.Where(row => row.Id > (selection.AboveId ?? 0)).Skip((int)(selection.Offset ?? 0)).Take((int)(selection.Limit ?? int.MaxValue));
        }

        return ScriptedLapi.Listed([.. found]);
    }
}
