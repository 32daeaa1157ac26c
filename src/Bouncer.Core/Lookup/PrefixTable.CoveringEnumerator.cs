using System.Runtime.CompilerServices;
using Bouncer.Net;

namespace Bouncer.Lookup;

internal sealed partial class PrefixTable<T>
{
    /// <summary>The networks around one address, from the host outwards; it lives on the stack.</summary>
    /// <remarks>Inlined, and never handed on by reference, so that its fields are registers: a miss is then all but the
    /// reads from the table.</remarks>
    internal ref struct CoveringEnumerator
    {
        private readonly IpKey _address;
        private readonly Ipv6Table<T>? _ipv6;
        private int _step;
        private T? _host;
        private Cover<T>? _cover;
        private Cover<T>? _wider;
        private T? _current;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal CoveringEnumerator(PrefixTable<T> table, IpKey address)
        {
            if (!address.IsIPv4)
            {
                _address = address;
                _ipv6 = table._ipv6;
            }
            else if (table._ipv4.Block(address.IPv4) is { } block)
            {
                var place = (ushort)address.IPv4;
                _wider = block.Wider;
                if (!block.Misses(place))
                {
                    _cover = block.FindRange(place);
                    _host = block.FindHost(place);
                }
            }
        }

        public readonly T Current => _current!;

        public readonly CoveringEnumerator GetEnumerator() => this;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            if (_ipv6 is not null)
            {
                var step = _step;
                _current = _ipv6.Next(_address, ref step);
                _step = step;
            }
            else if (_host is not null)
            {
                _current = _host;
                _host = null;
            }
            else
            {
                if (_cover is null)
                {
                    _cover = _wider;
                    _wider = null;
                }

                _current = _cover?.Value;
                _cover = _cover?.Parent;
            }

            return _current is not null;
        }
    }
}
