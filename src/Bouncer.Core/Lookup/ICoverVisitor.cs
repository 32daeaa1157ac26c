namespace Bouncer.Lookup;

/// <summary>Receives the networks that cover an address.</summary>
/// <remarks>Implemented by a struct. An enumerator would take twice as long as the lookup itself, because of the state it keeps
/// between two calls.</remarks>
internal interface ICoverVisitor
{
    /// <summary>Receives the number of a network; more specific ones come first.</summary>
    void Visit(int held);
}
