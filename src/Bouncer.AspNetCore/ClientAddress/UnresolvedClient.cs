namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>A feature of requests whose client a believed proxy did not name in a way that can be read.</summary>
internal sealed class UnresolvedClient
{
    internal static readonly UnresolvedClient Instance = new();

    private UnresolvedClient()
    {
    }
}
