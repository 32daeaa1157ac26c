namespace Bouncer.Decisions;

/// <summary>Decisions on one network or value for which this is equal are one for LAPI: equal texts, as its database compares
/// them. Two spellings of one address are two decisions, of which either may end and be listed as deleted once more.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Type">The type.</param>
/// <param name="Text">The value; empty if it is the network's own text.</param>
internal readonly record struct DecisionSameness(DecisionScope Scope, string Type, string Text);
