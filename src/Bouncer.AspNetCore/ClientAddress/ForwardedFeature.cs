namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Marks a request whose headers the walk has read, so that no second walk reads the rest.</summary>
internal sealed class ForwardedFeature : IForwardedFeature
{
    /// <summary>A trusted proxy named the client.</summary>
    internal static readonly ForwardedFeature Named = new(true);

    /// <summary>There was a header, but it did not lead to a client.</summary>
    internal static readonly ForwardedFeature Unnamed = new(false);

    private ForwardedFeature(bool isClientNamed) => IsClientNamed = isClientNamed;

    public bool IsClientNamed { get; }
}
