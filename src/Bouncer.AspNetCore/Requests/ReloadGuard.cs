namespace Bouncer.AspNetCore.Requests;

/// <summary>Has the parts of the settings taken together or not at all: none takes a changed configuration that another refuses, which
/// is logged by that one alone. Safe for any number of threads.</summary>
internal sealed class ReloadGuard
{
    private volatile Part[] _parts = [];
    private readonly Lock _gate = new();

    /// <summary>Adds a part.</summary>
    /// <param name="owner">The part itself.</param>
    /// <param name="check">Reads what the part would take, without taking it; throws if it would refuse that.</param>
    internal void Add(object owner, Action check)
    {
        lock (_gate)
        {
            _parts = [.. _parts, new(owner, check)];
        }
    }

    /// <summary>Whether all parts but one would take the configuration as it is.</summary>
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
            // The part reads the same configuration by itself, and says what is wrong with it.
            return false;
        }
    }

    private sealed record Part(object Owner, Action Check);
}
