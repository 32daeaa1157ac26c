using System.Security.Cryptography;
using System.Text;

namespace Bouncer.Testing;

/// <summary> The bouncers and their keys. The newest dialect keeps a last pull per key and address, 1.4.6 one per key. Keys are
/// stored as SHA-512 hashes and compared in constant time. Thread-safe. </summary>
public sealed class BouncerRegistry
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private readonly LocalApiDialect _dialect;
    private readonly TimeProvider _time;

    internal BouncerRegistry(LocalApiDialect dialect, TimeProvider time) => (_dialect, _time) = (dialect, time);

    /// <summary>Adds a bouncer, as <c>cscli bouncers add NAME -k KEY</c> does.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="key">Its key; null to generate one in the dialect's form.</param>
    /// <returns>The key.</returns>
    public string Add(string name, string? key = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        key ??= NewKey(_dialect);
        lock (_gate)
        {
            // 1.4.6 starts a new bouncer's deltas at its creation; since 1.6.3 the first delta contains everything.
            _entries.Add(new Entry(name, Hash(key)) { LastPull = _dialect == LocalApiDialect.V146 ? _time.GetUtcNow() : null });
        }

        return key;
    }

    /// <summary>Removes a bouncer and those that were created from it: its key is refused from now on.</summary>
    /// <returns>False if there is none with that name.</returns>
    public bool Remove(string name)
    {
        lock (_gate)
        {
            return _entries.RemoveAll(entry => entry.Name == name || entry.Name.StartsWith(name + '@', StringComparison.Ordinal)) > 0;
        }
    }

    /// <summary>Every bouncer.</summary>
    public IReadOnlyList<RegisteredBouncer> Snapshot()
    {
        lock (_gate) return _entries.ConvertAll(entry => new RegisteredBouncer(entry.Name, entry.Address, entry.LastPull, entry.UserAgent));
    }

    /// <summary>Sets a bouncer's last pull to now, as another client's pull with the same key does: the next delta starts
    /// there.</summary>
    /// <param name="name">Its name, as <see cref="Snapshot"/> has it.</param>
    /// <returns>False if there is none with that name.</returns>
    public bool StealPull(string name)
    {
        lock (_gate)
        {
            var bouncer = _entries.Find(entry => entry.Name == name);
            bouncer?.LastPull = _time.GetUtcNow();
            return bouncer is not null;
        }
    }

    internal Entry? Authenticate(string? key, string address, string userAgent, bool isHead)
    {
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        var hash = Hash(key);
        lock (_gate)
        {
            var matches = _entries.FindAll(entry => CryptographicOperations.FixedTimeEquals(entry.KeyHash, hash));
            if (matches.Count == 0)
            {
                return null;
            }

            var bouncer = _dialect == LocalApiDialect.V146 ? matches[0] : OfAddress(matches, address);
            bouncer.Address = address;
            if (!isHead)
            {
                bouncer.UserAgent = userAgent;
            }

            return bouncer;
        }
    }

    internal DateTimeOffset? LastPullOf(Entry bouncer)
    {
        lock (_gate) return bouncer.LastPull;
    }

    internal void SetLastPull(Entry bouncer, DateTimeOffset time)
    {
        lock (_gate) bouncer.LastPull = time;
    }

    private Entry OfAddress(List<Entry> sameKey, string address)
    {
        var known = sameKey.Find(entry => entry.Address == address) ?? sameKey.Find(entry => entry.Address is null);
        if (known is null)
        {
            known = new Entry($"{sameKey[0].Name}@{address}", sameKey[0].KeyHash);
            _entries.Add(known);
        }

        return known;
    }

    private static string NewKey(LocalApiDialect dialect) => dialect == LocalApiDialect.V146
        ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))
        : Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=');

    private static byte[] Hash(string key) => SHA512.HashData(Encoding.UTF8.GetBytes(key));

    internal sealed class Entry(string name, byte[] keyHash)
    {
        public string Name { get; } = name;

        public byte[] KeyHash { get; } = keyHash;

        public string? Address { get; set; }

        public DateTimeOffset? LastPull { get; set; }

        public string? UserAgent { get; set; }
    }
}
