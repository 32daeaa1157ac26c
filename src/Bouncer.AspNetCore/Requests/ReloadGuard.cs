namespace Bouncer.AspNetCore.Requests;

/// <summary>Applies the parts of the settings together or not at all: no part applies a changed configuration that another
/// refuses, and only the refusing one logs it. Thread-safe.</summary>
internal sealed class ReloadGuard
{
    private volatile Part[] _parts = [];
    private readonly Lock _gate = new();

    /// <summary>Adds a part.</summary>
    /// <param name="owner">The part itself.</param>
    /// <param name="check">Reads what the part would apply, without applying it; throws if the part would refuse it.</param>
    internal void Add(object owner, Action check)
    {
        lock (_gate)
        {
            _parts = [.. _parts, new(owner, check)];
        }
    }

    /// <summary>Whether all parts but one would accept the current configuration.</summary>
    internal bool DoOthersAgree(object owner)
    {
        foreach (var part in _parts)
        {
            if (!ReferenceEquals(part.Owner, owner) && !Agrees(part))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Agrees(Part part)
    {
        try
        {
            part.Check();
            return true;
        }
        catch (Exception)
        {
            // That part reads the same configuration itself, and logs its errors.
            return false;
        }
    }

    private sealed record Part(object Owner, Action Check);
}
