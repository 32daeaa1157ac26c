using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Scopes;

internal sealed class DelegateScopeResolver(Func<HttpContext, CancellationToken, ValueTask<string?>> resolve) : IScopeResolver
{
    public ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken) => resolve(context, cancellationToken);
}
