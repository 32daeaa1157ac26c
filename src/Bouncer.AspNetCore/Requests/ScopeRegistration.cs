namespace Bouncer.AspNetCore.Requests;

/// <summary>The registration of a scope resolver: its scope, its factory, and whether the settings at startup use it.</summary>
internal sealed record ScopeRegistration(
    DecisionScope Scope, Func<IServiceProvider, IScopeResolver> Create, Func<BouncerHttpOptions, bool>? IsOn = null);
