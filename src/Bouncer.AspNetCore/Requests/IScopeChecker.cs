using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds, scope by scope, what a client is known by beside its address, and the verdicts on it.</summary>
internal interface IScopeChecker
{
    /// <summary>How many scopes there are.</summary>
    int Count { get; }

    /// <summary>Finds the client's value in one scope and the verdicts on it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="number">The scope.</param>
    /// <param name="request">What is known of it.</param>
    /// <param name="values">Takes the value.</param>
    ValueTask<IReadOnlyList<BouncerVerdict>> CheckAsync(
        HttpContext context, int number, BouncerRequest request, List<(DecisionScope Scope, string Value)> values);
}
