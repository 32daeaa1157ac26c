namespace Bouncer.AspNetCore.Requests;

/// <summary>The registration of a scope resolver: its scope, how it is made, and whether the settings of the start use it.</summary>
internal sealed record ScopeRegistration(
    DecisionScope Scope, Func<IServiceProvider, IScopeResolver> Create, Func<BouncerHttpOptions, bool>? IsOn = null);
