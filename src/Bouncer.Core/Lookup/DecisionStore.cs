namespace Bouncer.Lookup;

/// <summary>
/// The decisions held. Readers take <see cref="Index"/>, one immutable version, and never wait; a writer builds the next
/// version and swaps the reference. Writers exclude each other.
/// </summary>
/// <remarks>The identity and deletion rules are those of CrowdSec's stream (pkg/database/decisions.go,
/// longestDecisionForScopeTypeValue): see <see cref="DecisionIdentity"/>.</remarks>
internal sealed class DecisionStore(DecisionIdentity identity, RemediationSeverities severities)
{
    private readonly Lock _writing = new();
    private readonly RemediationSeverities _severities = severities;
    private readonly DecisionExpiry _expiry = new();
    private Dictionary<long, Decision> _byId = [];
    private volatile DecisionIndex _index = DecisionIndex.Empty;

    internal DecisionIndex Index => _index;

    /// <summary>Replaces everything.</summary>
    internal void Replace(IReadOnlyCollection<Decision> decisions)
    {
        lock (_writing)
        {
            _expiry.Clear();
            _byId = [];
            var edit = new Edit(this, DecisionIndex.EmptyAfter(_index), changes: null);
            foreach (var decision in decisions)
            {
                edit.Upsert(decision);
            }

            _index = edit.ToIndex();
        }
    }

    /// <summary>Applies a delta: first what ended, then what is new, in one step for readers.</summary>
    internal DecisionChangeSet Apply(IReadOnlyCollection<Decision> deleted, IReadOnlyCollection<Decision> added)
    {
        lock (_writing)
        {
            var changes = new ChangeRecorder();
            var edit = new Edit(this, _index, changes);
            foreach (var decision in deleted)
            {
                edit.Delete(decision);
            }

            foreach (var decision in added)
            {
                edit.Upsert(decision);
            }

            return Publish(edit, changes);
        }
    }

    /// <summary>Lets go of the decisions that ended; readers ignore those already.</summary>
    internal DecisionChangeSet RemoveExpired(long now)
    {
        lock (_writing)
        {
            var changes = new ChangeRecorder();
            var edit = new Edit(this, _index, changes);
            while (_expiry.TryTake(now, out var decision))
            {
                edit.Expire(decision);
            }

            return Publish(edit, changes);
        }
    }

    private DecisionChangeSet Publish(Edit edit, ChangeRecorder changes)
    {
        if (!changes.IsEmpty)
        {
            _index = edit.ToIndex();
            _expiry.Trim(_index);
        }

        return changes.ToChangeSet();
    }

    /// <summary>One change of the store in the making.</summary>
    /// <param name="store">The store to be changed.</param>
    /// <param name="from">What the change starts from.</param>
    /// <param name="changes">Is told what changed; null when everything is replaced.</param>
    private sealed class Edit(DecisionStore store, DecisionIndex from, ChangeRecorder? changes)
    {
        private readonly DecisionIndexBuilder _builder = new(from, store._severities);

        internal DecisionIndex ToIndex() => _builder.ToIndex();

        internal void Upsert(Decision decision)
        {
            if (store.IsById(decision))
            {
                if (store._byId.TryGetValue(decision.Id, out var held))
                {
                    Remove(held);
                }

                store._byId[decision.Id] = decision;
            }
            else if (FindSame(decision) is { } held)
            {
                if (held.Deadline >= decision.Deadline)
                {
                    return;
                }

                Remove(held);
            }

            _builder.Add(decision);
            changes?.Added(decision);
            store._expiry.Add(decision);
        }

        internal void Delete(Decision deleted)
        {
            if (store.IsById(deleted))
            {
                if (store._byId.Remove(deleted.Id, out var held))
                {
                    Remove(held);
                }

                return;
            }

            if (FindSame(deleted) is { } same)
            {
                Remove(same);
            }
        }

        internal void Expire(Decision decision)
        {
            if (!_builder.Contains(decision))
            {
                return;
            }

            Remove(decision);
            if (store.IsById(decision))
            {
                store._byId.Remove(decision.Id);
            }
        }

        private void Remove(Decision held)
        {
            _builder.Remove(held);
            changes?.Removed(held);
        }

        /// <summary>The held decision that LAPI takes for the same: equal texts, as its database compares them. Two spellings
        /// of one address are two decisions, of which either may end and be listed as deleted once more.</summary>
        private Decision? FindSame(Decision decision)
        {
            if (!_builder.TryGet(decision, out var set))
            {
                return null;
            }

            foreach (var held in set.Decisions)
            {
                if (held.Type == decision.Type
                    && held.Value == decision.Value
                    && held.Scope == decision.Scope)
                {
                    return held;
                }
            }

            return null;
        }
    }

    private bool IsById(Decision decision) => identity == DecisionIdentity.Id && decision.Id != 0;
}
