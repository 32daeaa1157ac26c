namespace Bouncer.Testing.Decisions;

/// <summary>The ids of the rows with each value, as a linked list from the last to the first.</summary>
internal sealed class ValueIndex
{
    private readonly Dictionary<string, long> _last = [];
    private readonly Dictionary<long, long> _before = [];

    public void Add(string value, long id)
    {
        if (_last.TryGetValue(value, out var last))
        {
            _before[id] = last;
        }

        _last[value] = id;
    }

    public void Remove(string value, long id)
    {
        var hasBefore = _before.Remove(id, out var before);
        if (_last[value] != id)
        {
            var next = IdsOf(value).First(other => _before.GetValueOrDefault(other) == id);
            Link(_before, next, before, hasBefore);
        }
        else
        {
            Link(_last, value, before, hasBefore);
        }
    }

    public IEnumerable<long> IdsOf(string value)
    {
        for (var found = _last.TryGetValue(value, out var id); found; found = _before.TryGetValue(id, out id))
        {
            yield return id;
        }
    }

    private static void Link<TKey>(Dictionary<TKey, long> links, TKey from, long to, bool exists)
        where TKey : notnull
    {
        if (exists)
        {
            links[from] = to;
        }
        else
        {
            links.Remove(from);
        }
    }
}
