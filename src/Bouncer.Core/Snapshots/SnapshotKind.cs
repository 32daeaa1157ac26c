using Bouncer.Decisions;
using Bouncer.Lapi.Wire;

namespace Bouncer.Snapshots;

/// <summary>A kind of a snapshot file, whose number among the rows' is found once.</summary>
internal sealed class SnapshotKind(DecisionKind kind)
{
    private int _number;

    internal bool IsAddress { get; } = kind.Scope.IsAddress;

    internal static SnapshotKind Read(SnapshotInput input)
    {
        var (origin, scenario) = (input.ReadText(SnapshotFormat.MaxTextBytes), input.ReadText(SnapshotFormat.MaxTextBytes));
        var (scope, type) = (input.ReadText(SnapshotFormat.MaxTextBytes), input.ReadText(DecisionFields.MaxLength));
        return string.IsNullOrWhiteSpace(scope)
            ? throw SnapshotException.Damaged()
            : new(new(origin, scenario, new DecisionScope(scope), type, WireKind.RemediationOf(type)));
    }

    internal int NumberIn(DecisionRows rows) => _number == 0 ? _number = rows.Intern(kind) : _number;
}
