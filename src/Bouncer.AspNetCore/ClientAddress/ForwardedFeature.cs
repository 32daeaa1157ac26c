namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Marks a request whose headers the walk has read, so that no second walk reads what is left.</summary>
internal sealed class ForwardedFeature : IForwardedFeature
{
    /// <summary>A proxy that is believed named the client.</summary>
    internal static readonly ForwardedFeature Named = new(true);

    /// <summary>There was a header, and no client was found by it.</summary>
    internal static readonly ForwardedFeature Unnamed = new(false);

    private ForwardedFeature(bool isClientNamed) => IsClientNamed = isClientNamed;

    public bool IsClientNamed { get; }
}
