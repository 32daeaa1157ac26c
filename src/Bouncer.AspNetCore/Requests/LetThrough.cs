namespace Bouncer.AspNetCore.Requests;

/// <summary>Marks a request whose client is banned and which a hook or a handler let through all the same.</summary>
internal sealed class LetThrough
{
    internal static readonly LetThrough Instance = new();
}
