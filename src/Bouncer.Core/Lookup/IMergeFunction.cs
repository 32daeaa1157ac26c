namespace Bouncer.Lookup;

/// <summary>Computes the new value of a key from its current value and a change; the default means no value.</summary>
/// <remarks>A table is written key by key, and the changes of one key are applied in the order in which they were made. The
/// function therefore receives the current value together with each change, and no key is looked up twice.</remarks>
internal interface IMergeFunction<TValue>
{
    TValue Merge(TValue held, int change);
}
