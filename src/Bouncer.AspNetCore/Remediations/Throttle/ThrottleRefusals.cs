using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Remediations.Throttle;

/// <summary>What clients that come too often are told, by how long they have to wait. Immutable.</summary>
internal sealed class ThrottleRefusals(PageMaker pages)
{
    private readonly ThrottleRefusal[] _refusals =
        [.. Enum.GetNames<WaitUnit>().Select(unit => ThrottleRefusal.Create(pages, "throttle" + unit))];

    internal ThrottleRefusal For(WaitUnit unit) => _refusals[(int)unit];
}
