using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds a client's values other than its address, scope by scope, and the verdicts on them.</summary>
internal interface IScopeChecker
{
    /// <summary>The number of scopes.</summary>
    int Count { get; }

    /// <summary>Finds the client's value in one scope and the verdicts on it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="number">The index of the scope.</param>
    /// <param name="request">The request's known data.</param>
    /// <param name="values">Receives the value.</param>
    ValueTask<IReadOnlyList<BouncerVerdict>> CheckAsync(
        HttpContext context, int number, BouncerRequest request, List<(DecisionScope Scope, string Value)> values);
}
