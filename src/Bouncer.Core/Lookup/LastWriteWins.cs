namespace Bouncer.Lookup;

/// <summary>The last change becomes the value; 0 removes it.</summary>
internal readonly struct LastWriteWins : IMergeFunction<int>
{
    public int Merge(int held, int change) => change;
}
