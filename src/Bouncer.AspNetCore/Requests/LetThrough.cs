namespace Bouncer.AspNetCore.Requests;

/// <summary>Marks a request whose client is banned but was let through by a hook or a handler.</summary>
internal sealed class LetThrough
{
    internal static readonly LetThrough Instance = new();
}
