namespace Bouncer.Lookup;

/// <summary>The last change is what is held; 0 takes away.</summary>
internal readonly struct LastWriteWins : IMergeFunction<int>
{
    public int Merge(int held, int change) => change;
}
