using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Clearance;

/// <summary>Tells an application whose keys do not outlive it: each restart then asks every visitor again, and no replica
/// knows what another one granted.</summary>
internal sealed class ClearanceKeys(
    IDataProtectionProvider provider, IOptions<KeyManagementOptions> options, ILogger<ClearanceKeys> logger, IConfiguration? configuration = null)
{
    private int _warned;

    internal void Check()
    {
        if (AreEphemeral() && Interlocked.Exchange(ref _warned, 1) == 0)
        {
            logger.EphemeralKeys();
        }
    }

    /// <summary>Where the application names no repository, the framework uses the user's profile, on Windows without one the
    /// registry, and else memory. In a container a profile is memory, too.</summary>
    private bool AreEphemeral() =>
        provider is EphemeralDataProtectionProvider
        || (options.Value.XmlRepository is null
            && (IsInContainer() || (FileSystemXmlRepository.DefaultKeyStorageDirectory is null && !OperatingSystem.IsWindows())));

    private bool IsInContainer() => bool.TryParse(configuration?["RUNNING_IN_CONTAINER"] ?? configuration?["DOTNET_RUNNING_IN_CONTAINER"], out var inContainer) && inContainer;
}
