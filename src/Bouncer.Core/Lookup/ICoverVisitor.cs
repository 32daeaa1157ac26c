namespace Bouncer.Lookup;

/// <summary>Is shown the networks that cover an address.</summary>
/// <remarks>A struct that is told, and no enumerator that is asked: what an enumerator keeps between two questions costs
/// twice the time of the lookup itself.</remarks>
internal interface ICoverVisitor
{
    /// <summary>Receives the number of a network; more specific ones come first.</summary>
    void Visit(int held);
}
