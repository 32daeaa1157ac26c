using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Bouncer.TestUtils.MaxMind;

namespace Bouncer.FunctionalTests;

/// <summary>Countries and autonomous systems on which a real CrowdSec decides, and a gateway that has the databases by settings
/// alone.</summary>
public sealed class CrowdSecScopesTests : IDisposable
{
    private const string German = "192.0.2.1";
    private const string French = "198.51.100.1";
    private const string Swedish = "2001:db8::1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-geo-");

    private string CountryDatabase => Path.Combine(_folder.FullName, "country.mmdb");

    private string AsDatabase => Path.Combine(_folder.FullName, "as.mmdb");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task CountryAndAS_DecidedOnByCscli_AreRefusedByTheGateway()
    {
        Countries("DE").Save(CountryDatabase);
        new MaxMindFile { Type = "GeoLite2-ASN" }.Add("198.51.100.0/24", MaxMindFile.AS(64496)).Add("2001:db8::/32", MaxMindFile.AS(64497)).Save(AsDatabase);
        await using var crowdSec = await CrowdSecServer.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(
            crowdSec.Url, CrowdSecServer.ApiKey, ("Bouncer:Http:Geo:CountryDatabase", CountryDatabase), ("Bouncer:Http:Geo:AsDatabase", AsDatabase));
        await AllBecomeAsync(gateway, HttpStatusCode.OK, German, French, Swedish);

        await crowdSec.AddDecisionAsync("DE", scope: "country");
        await AllBecomeAsync(gateway, HttpStatusCode.Forbidden, German);
        await AllBecomeAsync(gateway, HttpStatusCode.OK, French, Swedish);

        await crowdSec.AddDecisionAsync("AS64496", scope: "as");
        await crowdSec.AddDecisionAsync("64497", scope: "AS");
        await AllBecomeAsync(gateway, HttpStatusCode.Forbidden, German, French, Swedish);

        // As geoipupdate does: a new file in the place of the old one.
        Countries("SE").Save(CountryDatabase + ".new");
        File.Move(CountryDatabase + ".new", CountryDatabase, overwrite: true);
        await gateway.BecomesAsync(German, HttpStatusCode.OK, TimeSpan.FromSeconds(30));

        await crowdSec.DeleteDecisionsAsync("AS64496");
        await crowdSec.DeleteDecisionsAsync("64497");
        await AllBecomeAsync(gateway, HttpStatusCode.OK, German, French, Swedish);
    }

    private static MaxMindFile Countries(string german) => new MaxMindFile { Type = "GeoLite2-Country" }
        .Add("192.0.2.0/24", MaxMindFile.Country(german)).Add("198.51.100.0/24", MaxMindFile.Country("FR")).Add("2001:db8::/32", MaxMindFile.Country("NO"));

    private static async Task AllBecomeAsync(GatewayProcess gateway, HttpStatusCode status, params string[] clients)
    {
        foreach (var client in clients)
        {
            await gateway.BecomesAsync(client, status);
        }
    }
}
