using System.Globalization;

namespace Bouncer.TestUtils;

/// <summary>The addresses of an IPv4 /8 in their order.</summary>
/// <param name="Net">The first byte.</param>
public readonly record struct AddressRow(byte Net)
{
    /// <summary>One of them.</summary>
    public string At(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{Net}.{index >> 16}.{(index >> 8) & 255}.{index & 255}");

    /// <summary>Some in a row.</summary>
    public string[] Take(int count, int from = 0) => [.. Enumerable.Range(from, count).Select(At)];
}
