using Bouncer.Net;

namespace Bouncer.Lookup;

internal sealed partial class PrefixTable<T>
{
    /// <summary>The walk from the root towards one address; it lives on the stack.</summary>
    internal ref struct CoveringEnumerator
    {
        private readonly IpKey _address;
        private object? _tree;
        private int _depth;
        private PrefixNode<T>? _node;
        private Bits256 _pending;

        internal CoveringEnumerator(object? tree, IpKey address)
        {
            _address = address;
            _tree = tree;
            _depth = PrefixNode<T>.StartDepth(address.IsIPv4);
            Current = null!;
        }

        public T Current { get; private set; }

        public readonly CoveringEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            while (true)
            {
                if (_pending.TryTakeFirst(out var slot))
                {
                    Current = _node!.Entries.Find(slot)!.Value;
                    return true;
                }

                if (_tree is not PrefixNode<T> node)
                {
                    return TakeLast(_tree as PrefixEntry<T>);
                }

                Enter(node);
            }
        }

        private void Enter(PrefixNode<T> node)
        {
            var octet = _address.Octet(_depth++);
            _node = node;
            _pending = node.Entries.Used;
            _pending.IntersectWith(PrefixSlots.Covering(octet));
            _tree = node.Children.Find(octet);
        }

        private bool TakeLast(PrefixEntry<T>? last)
        {
            _tree = null;
            if (last is null || !last.Prefix.Contains(_address))
            {
                return false;
            }

            Current = last.Value;
            return true;
        }
    }
}
