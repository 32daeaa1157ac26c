using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Clearance;

public sealed class ClearanceKeysTests
{
    private const int EphemeralKeys = 2040;

    [Fact]
    public async Task Start_KeysInMemory_WarnsOnce()
    {
        await using var site = await TestSite.StartAsync(configure: builder =>
            builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>());
        Assert.Equal(1, site.Logs.Count(EphemeralKeys));
    }

    [Fact]
    public async Task Start_ProfileOfAContainer_WarnsOnce()
    {
        await using var site = await TestSite.StartAsync(configure: builder => InContainer(builder));
        Assert.Equal(1, site.Logs.Count(EphemeralKeys));
    }

    [Fact]
    public async Task Start_RepositoryNamed_IsSilent()
    {
        var folder = Directory.CreateTempSubdirectory("bouncer-keys-");
        await using (var site = await TestSite.StartAsync(configure: builder =>
            InContainer(builder).Services.AddDataProtection().PersistKeysToFileSystem(folder)))
        {
            Assert.Equal(0, site.Logs.Count(EphemeralKeys));
            Assert.NotNull(site.App.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<KeyManagementOptions>>().Value.XmlRepository);
        }

        folder.Delete(recursive: true);
    }

    private static WebApplicationBuilder InContainer(WebApplicationBuilder builder)
    {
        builder.Configuration.Sources.Add(new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource());
        builder.Configuration["DOTNET_RUNNING_IN_CONTAINER"] = "true";
        return builder;
    }
}
