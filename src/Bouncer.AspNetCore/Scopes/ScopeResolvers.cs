namespace Bouncer.AspNetCore.Scopes;

/// <summary>The resolvers that are in use; fixed at start, as is what LAPI is asked for.</summary>
internal sealed class ScopeResolvers
{
    public ScopeResolvers(IEnumerable<IScopeResolver> added, UserNameResolver userName)
    {
        All = userName.IsOn ? [userName, .. added] : [.. added];
        if (All.FirstOrDefault(resolver => resolver.Scope.IsAddress) is { } wrong)
        {
            throw new InvalidOperationException($"{wrong.GetType().Name} is for the scope '{wrong.Scope}': to find a client's address is the business of an IClientAddressResolver.");
        }
    }

    internal IReadOnlyList<IScopeResolver> All { get; }
}
