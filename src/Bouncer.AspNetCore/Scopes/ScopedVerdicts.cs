using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>The verdicts on what a request's client is known by beside its address: found one scope after the other, as far as
/// they are needed.</summary>
internal sealed class ScopedVerdicts(ScopeMatcher matcher, HttpContext context, VerdictSource source)
{
    private readonly List<BouncerVerdict> _found = [];
    private int _asked;

    /// <summary>Those found until now.</summary>
    internal IReadOnlyList<BouncerVerdict> Found => _found;

    internal bool IsComplete => _asked == matcher.Count;

    internal async ValueTask FindNextAsync() => _found.AddRange(await matcher.CheckAsync(context, _asked++, source));

    internal async ValueTask CompleteAsync()
    {
        while (!IsComplete)
        {
            await FindNextAsync();
        }
    }
}
