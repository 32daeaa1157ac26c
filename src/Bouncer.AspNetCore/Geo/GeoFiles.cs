using System.Collections.Concurrent;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Geo;

/// <summary>The databases that were read: settings that name the same file share it. Thread-safe.</summary>
internal sealed class GeoFiles(ILogger<GeoFiles> logger)
{
    private readonly ConcurrentDictionary<(GeoKind Kind, string Path), GeoFile> _files = new();

    /// <summary>Gets a database; reads it the first time.</summary>
    /// <exception cref="InvalidDataException">It cannot be used; the message says why.</exception>
    internal GeoFile Open(GeoKind kind, string path)
    {
        if (_files.TryGetValue((kind, path), out var known))
        {
            return known;
        }

        var file = _files.GetOrAdd((kind, path), new GeoFile(kind, path));
        logger.GeoDatabaseRead(path);
        return file;
    }

    /// <summary>Reads those again that changed, and drops those that are not in use.</summary>
    internal void Refresh(IReadOnlyCollection<GeoFile> used)
    {
        foreach (var (key, file) in _files)
        {
            if (!used.Contains(file))
            {
                _files.TryRemove(key, out _);
            }
            else if (file.Refresh())
            {
                Tell(file);
            }
        }
    }

    private void Tell(GeoFile file)
    {
        if (file.Fault is { } fault)
        {
            logger.GeoDatabaseUnusable(file.Path, fault);
        }
        else
        {
            logger.GeoDatabaseRead(file.Path);
        }
    }
}
