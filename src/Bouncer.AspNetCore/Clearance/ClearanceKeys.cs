using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Clearance;

/// <summary>Warns an application whose keys are lost when it stops: each restart then challenges every visitor again, and no
/// replica accepts what another one granted.</summary>
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

    /// <summary>If the application configures no repository, the framework uses the user's profile, on Windows without a profile
    /// the registry, and otherwise memory. In a container a profile is lost with it as well.</summary>
    private bool AreEphemeral() =>
        provider is EphemeralDataProtectionProvider
        || (options.Value.XmlRepository is null
            && (IsInContainer() || (FileSystemXmlRepository.DefaultKeyStorageDirectory is null && !OperatingSystem.IsWindows())));

    private bool IsInContainer() => bool.TryParse(configuration?["RUNNING_IN_CONTAINER"] ?? configuration?["DOTNET_RUNNING_IN_CONTAINER"], out var inContainer) && inContainer;
}
