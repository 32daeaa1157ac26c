using System.Net;
using Bouncer.Net;

namespace Bouncer.Engine;

/// <summary>The slot of one client's queries: concurrent ones share it. Thread-safe.</summary>
internal sealed class LiveSlot(NetworkSlots slots, IpKey client)
{
    private readonly Lock _lock = new();
    private readonly IPAddress _client = client.ToIPAddress();
    private int _questions;

    /// <param name="isFull">Whether there is no slot although the client's networks hold none.</param>
    /// <returns>Whether there is a slot; if so, <see cref="Leave"/> must follow.</returns>
    internal bool TryEnter(out bool isFull)
    {
        isFull = false;
        lock (_lock)
        {
            if (_questions == 0 && !slots.TryTake(_client, out isFull))
            {
                return false;
            }

            _questions++;
            return true;
        }
    }

    internal void Leave()
    {
        lock (_lock)
        {
            if (--_questions == 0)
            {
                slots.Return(_client);
            }
        }
    }
}
