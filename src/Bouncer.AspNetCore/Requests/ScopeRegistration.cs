using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The registration of a scope by which clients are matched in addition to their address.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Create">Creates the source of clients' values.</param>
internal sealed record ScopeRegistration(DecisionScope Scope, Func<IServiceProvider, IScopeSource> Create)
{
    /// <summary>Whether settings use the scope; null if it is always used.</summary>
    internal Func<BouncerHttpOptions, bool>? IsOn { get; init; }

    /// <summary>The keys in section <c>Http</c> on which that depends. A scope that is off at the start is so until the
    /// next.</summary>
    internal IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Registers a scope of a resolver.</summary>
    internal static ScopeRegistration Of(DecisionScope scope, Func<IServiceProvider, IScopeResolver> create) =>
        new(scope, services => new ResolverSource(create(services)));

    private sealed class ResolverSource(IScopeResolver resolver) : IScopeSource
    {
        public bool MayMatch(HttpContext context, in BouncerRequest request) => true;

        public async ValueTask<ScopeValue> FindAsync(HttpContext context, BouncerRequest request) =>
            ScopeValue.Of(await resolver.ResolveAsync(context, context.RequestAborted));
    }
}
