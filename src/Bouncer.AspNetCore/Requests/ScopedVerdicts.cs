using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>A client's values other than its address, and the verdicts on them: they are found scope by scope, as far as they are
/// needed.</summary>
internal sealed class ScopedVerdicts
{
    private readonly IScopeChecker? _scopes;
    private readonly HttpContext? _context;
    private readonly BouncerRequest _request;
    private readonly List<BouncerVerdict> _found = [];
    private readonly List<(DecisionScope Scope, string Value)> _values = [];
    private int _asked;

    internal ScopedVerdicts(IScopeChecker scopes, HttpContext context, BouncerRequest request) => (_scopes, _context, _request) = (scopes, context, request);

    /// <summary>Holds verdicts on values that are already known.</summary>
    internal ScopedVerdicts(IEnumerable<BouncerVerdict> found) => _found.AddRange(found);

    /// <summary>The verdicts found so far.</summary>
    internal IReadOnlyList<BouncerVerdict> Found => _found;

    /// <summary>The values found so far.</summary>
    internal IReadOnlyList<(DecisionScope Scope, string Value)> Values => _values;

    internal bool IsComplete => _scopes is null || _asked == _scopes.Count;

    /// <summary>Whether the search is complete and found no verdict.</summary>
    internal bool IsEmpty => IsComplete && _found.Count == 0;

    internal async ValueTask FindNextAsync() => _found.AddRange(await _scopes!.CheckAsync(_context!, _asked++, _request, _values));

    internal async ValueTask CompleteAsync()
    {
        while (!IsComplete)
        {
            await FindNextAsync();
        }
    }
}
