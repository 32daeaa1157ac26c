namespace Bouncer.AspNetCore.Requests;

/// <summary>Marks a request with a header in which proxies name their clients, trusted or not, which the walk has read: no second
/// walk reads the rest. The header itself may be gone.</summary>
internal sealed class ForwardedFeature
{
    /// <summary>A trusted proxy named the client.</summary>
    internal static readonly ForwardedFeature Named = new(true);

    /// <summary>There was a header, but it did not lead to a client.</summary>
    internal static readonly ForwardedFeature Unnamed = new(false);

    private ForwardedFeature(bool isClientNamed) => IsClientNamed = isClientNamed;

    /// <summary>Whether a trusted proxy named the client, so that the connection's address is the client's.</summary>
    internal bool IsClientNamed { get; }
}
