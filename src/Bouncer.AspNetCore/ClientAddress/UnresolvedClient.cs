namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>A feature of requests whose client a trusted proxy did not name in a readable form.</summary>
internal sealed class UnresolvedClient
{
    internal static readonly UnresolvedClient Instance = new();

    private UnresolvedClient()
    {
    }
}
