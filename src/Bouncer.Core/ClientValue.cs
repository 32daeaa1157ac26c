namespace Bouncer;

/// <summary>A value of a client that decisions can be on: its address, its country, its user name.</summary>
/// <param name="Scope">The kind of value; <see cref="DecisionScope.Ip"/> for an address.</param>
/// <param name="Value">The value.</param>
public readonly record struct ClientValue(DecisionScope Scope, string Value);
