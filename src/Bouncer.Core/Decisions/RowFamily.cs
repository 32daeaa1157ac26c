namespace Bouncer.Decisions;

/// <summary>The kind of value that a decision is on.</summary>
internal enum RowFamily : byte
{
    /// <summary>A text: a country, a user name.</summary>
    Text = 0,

    /// <summary>An IPv4 network.</summary>
    IPv4,

    /// <summary>An IPv6 network.</summary>
    IPv6,
}
