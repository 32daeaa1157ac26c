using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Reads the output of <c>nft list set</c> and <c>nft list map</c> word by word, with only one word in memory.</summary>
internal sealed class NftElementReader
{
    private const int LongestWord = 512;
    private const int MappedBits = 32;

    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(200_000);
    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t\r\n,{}\""u8);

    private readonly NftSet _set;
    private readonly NftElementSeen _seen;
    private readonly ArrayBufferWriter<byte> _word = new(LongestWord);
    private readonly List<string> _slugs = [];
    private int _depth;
    private bool _afterName;
    private bool _afterElements;
    private bool _isQuoted;
    private bool _isInElements;
    private bool _hasAny;
    private Field _next = Field.Value;
    private Prefix? _network;
    private TimeSpan? _left;
    private string? _slug;

    private NftElementReader(NftSet set, NftElementSeen seen) => (_set, _seen) = (set, seen);

    private enum Field
    {
        Value,
        Keyword,
        Timeout,
        Expires,
        Counter,
    }

    /// <exception cref="FormatException">The output is not in nft's format.</exception>
    internal static async Task ReadAsync(Stream stdout, NftSet set, NftElementSeen seen, CancellationToken cancellationToken)
    {
        NftElementReader reader = new(set, seen);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stdout.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            reader.Feed(buffer.AsSpan(0, read));
        }

        if (reader._depth != 0 || reader._isQuoted || reader._word.WrittenCount > 0)
        {
            throw new FormatException("The list of a set ends in the middle.");
        }
    }

    private void Feed(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (_isQuoted)
            {
                var quote = text.IndexOf((byte)'"');
                if (_next == Field.Counter)
                {
                    Append(quote < 0 ? text : text[..quote]);
                }

                _isQuoted = quote < 0;
                text = quote < 0 ? default : text[(quote + 1)..];
                if (!_isQuoted && _next == Field.Counter)
                {
                    EndWord();
                }

                continue;
            }

            var end = text.IndexOfAny(WordEnds);
            Append(end < 0 ? text : text[..end]);
            if (end < 0)
            {
                return;
            }

            EndWord();
            Punctuate(text[end]);
            text = text[(end + 1)..];
        }
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        if (_word.WrittenCount + part.Length > LongestWord)
        {
            throw new FormatException("A word in the list of a set is too long.");
        }

        _word.Write(part);
    }

    private void EndWord()
    {
        var word = _word.WrittenSpan;
        if (word.IsEmpty)
        {
            return;
        }

        if (_isInElements)
        {
            ReadElementWord(word);
        }
        else
        {
            _afterElements = _afterName && word.SequenceEqual("="u8);
            _afterName = word.SequenceEqual("elements"u8);
        }

        _word.ResetWrittenCount();
    }

    private void Punctuate(byte mark)
    {
        switch (mark)
        {
            case (byte)'{':
                if (_isInElements)
                {
                    throw new FormatException("An element of a set is no address.");
                }

                _depth++;
                _isInElements = _afterElements;
                _hasAny = false;
                break;
            case (byte)'}':
                if (_isInElements)
                {
                    EndElement(isLast: true);
                    _isInElements = _afterElements = false;
                }

                _depth--;
                break;
            case (byte)',' when _isInElements:
                EndElement(isLast: false);
                break;
            case (byte)'"':
                _isQuoted = true;
                break;
        }
    }

    private void ReadElementWord(ReadOnlySpan<byte> word)
    {
        switch (_next)
        {
            case Field.Value:
                _network = ReadNetwork(word);
                _next = Field.Keyword;
                break;
            case Field.Keyword:
                _next = word.SequenceEqual("timeout"u8) ? Field.Timeout
                    : word.SequenceEqual("expires"u8) ? Field.Expires
                    : word.SequenceEqual(":"u8) && !_set.IsGate ? Field.Counter
                    : Field.Keyword;
                break;
            case Field.Timeout:
                // If no time is left, nft prints only this word.
                _ = ReadTime(word);
                _left ??= TimeSpan.Zero;
                _next = Field.Keyword;
                break;
            case Field.Expires:
                _left = ReadTime(word);
                _next = Field.Keyword;
                break;
            case Field.Counter:
                _slug = ReadSlug(word);
                _next = Field.Keyword;
                break;
        }
    }

    private void EndElement(bool isLast)
    {
        if (_network is { } network && _next == Field.Keyword)
        {
            _hasAny = true;
            _seen(network, _slug, _left ?? TimeSpan.MaxValue);
        }
        else if (!isLast || _hasAny || _next != Field.Value)
        {
            throw new FormatException("An element of a set has no value.");
        }

        (_network, _left, _slug, _next) = (null, null, null, Field.Value);
    }

    private Prefix ReadNetwork(ReadOnlySpan<byte> word)
    {
        if (!NetworkText.TryParse(word, out var read))
        {
            throw new FormatException("An element of a set is no address.");
        }

        var network = Prefix.From(read);

        // nft treats an IPv4-mapped IPv6 address, which may have been added by hand, as different from the IPv4 address.
        var address = network.IsIPv4 && !_set.IsIPv4 ? network.Address | ((UInt128)ushort.MaxValue << MappedBits) : network.Address;
        if (network.Length != network.Width || (_set.IsIPv4 && !network.IsIPv4))
        {
            throw new FormatException("An element of a set is of another kind.");
        }

        return new(address, _set.Length, _set.IsIPv4);
    }

    /// <summary>The slug of a counter, one string for all of its elements; null if the counter is not the bouncer's.</summary>
    private string? ReadSlug(ReadOnlySpan<byte> counter)
    {
        foreach (var known in _slugs)
        {
            if (counter.Length == NftRuleset.CounterPrefix.Length + known.Length && Ascii.Equals(counter[NftRuleset.CounterPrefix.Length..], known))
            {
                return known;
            }
        }

        var slug = OriginSlugs.OfCounter(Encoding.UTF8.GetString(counter));
        if (slug is not null)
        {
            _slugs.Add(slug);
        }

        return slug;
    }

    private static TimeSpan ReadTime(ReadOnlySpan<byte> word)
    {
        var total = TimeSpan.Zero;
        while (!word.IsEmpty)
        {
            if (!Utf8Parser.TryParse(word, out uint number, out var digits))
            {
                throw new FormatException("A time in the list of a set cannot be read.");
            }

            var (unit, letters) = UnitOf(word[digits..]);
            total += number <= LongestTime / unit ? unit * number : throw new FormatException("A time in the list of a set is too long.");
            word = word[(digits + letters)..];
        }

        return total;
    }

    private static (TimeSpan Unit, int Letters) UnitOf(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'m', (byte)'s', ..] => (TimeSpan.FromMilliseconds(1), 2),
        [(byte)'w', ..] => (TimeSpan.FromDays(7), 1),
        [(byte)'d', ..] => (TimeSpan.FromDays(1), 1),
        [(byte)'h', ..] => (TimeSpan.FromHours(1), 1),
        [(byte)'m', ..] => (TimeSpan.FromMinutes(1), 1),
        [(byte)'s', ..] => (TimeSpan.FromSeconds(1), 1),
        _ => throw new FormatException("A time in the list of a set cannot be read."),
    };
}
