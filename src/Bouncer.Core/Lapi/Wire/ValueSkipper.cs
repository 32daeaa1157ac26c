using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Skips one value of any kind, token by token.</summary>
internal struct ValueSkipper
{
    private int _open;

    /// <summary>Skips a token of the value; true if it was the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Skip(JsonTokenType token)
    {
        _open += token switch
        {
            JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
            JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
            _ => 0,
        };
        return _open == 0;
    }
}
