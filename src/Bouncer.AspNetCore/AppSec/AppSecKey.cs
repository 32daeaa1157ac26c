using Bouncer.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Finds the key for AppSec: its own, or else that for LAPI. A key file is read at most every ten seconds.
/// Thread-safe.</summary>
internal sealed class AppSecKey(IOptionsMonitor<BouncerOptions> engine, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private volatile ReadKey? _read;

    /// <summary>The key; null if there is none or it cannot be read.</summary>
    internal ValueTask<string?> FindAsync(AppSecOptions options)
    {
        var isOwn = options.ApiKey is not null || options.ApiKeyFile is not null;
        var lapi = engine.CurrentValue.Lapi;
        var (key, file) = isOwn ? (options.ApiKey, options.ApiKeyFile) : (lapi.ApiKey, lapi.ApiKeyFile);
        return !string.IsNullOrWhiteSpace(key) ? new(Check(key))
            : string.IsNullOrWhiteSpace(file) ? default
            : _read is { } read && read.File == file && time.GetElapsedTime(read.At) < Lifetime ? new(read.Key)
            : ReadAsync(file);
    }

    /// <summary>Whether the settings name a key.</summary>
    internal static bool IsNamed(AppSecOptions options, LapiServerOptions lapi) =>
        options.ApiKey is not null || options.ApiKeyFile is not null
        || !string.IsNullOrWhiteSpace(lapi.ApiKey) || !string.IsNullOrWhiteSpace(lapi.ApiKeyFile);

    /// <summary>The key without surrounding white space; null if it cannot be a key.</summary>
    internal static string? Check(string text) =>
        text.Trim() is { Length: > 0 } key && !key.AsSpan().ContainsAnyExceptInRange('!', '~') ? key : null;

    private async ValueTask<string?> ReadAsync(string file)
    {
        string? key;
        try
        {
            key = await SecretFile.ReadFirstLineAsync(file, CancellationToken.None) is { } line ? Check(line) : null;
        }
        catch (IOException)
        {
            // For example, while it is being replaced.
            key = null;
        }

        _read = new ReadKey(file, key, time.GetTimestamp());
        return key;
    }

    private sealed record ReadKey(string File, string? Key, long At);
}
