namespace Bouncer.Lookup;

/// <summary>Is shown the networks that cover an address.</summary>
/// <remarks>A struct that is told, and no enumerator that is asked: what an enumerator keeps between two questions costs
/// twice the time of the lookup itself.</remarks>
internal interface ICoverVisitor
{
    /// <summary>Takes the number of a network; a more specific one was before it.</summary>
    void Visit(int held);
}
