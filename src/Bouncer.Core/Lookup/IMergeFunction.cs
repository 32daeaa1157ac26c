namespace Bouncer.Lookup;

/// <summary>Makes of what a key holds and a change what it holds then; the default stands for nothing.</summary>
/// <remarks>A table is written key by key, and the changes of one key come in the order in which they were made: so the
/// decision what a change means is taken where both are at hand, and nothing needs to be looked up twice.</remarks>
internal interface IMergeFunction<TValue>
{
    TValue Merge(TValue held, int change);
}
