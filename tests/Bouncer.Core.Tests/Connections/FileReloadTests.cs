using System.Security.Cryptography.X509Certificates;
using Bouncer.Lapi;
using Bouncer.Tests.Lapi;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Connections;

/// <summary>Certificates, keys and authorities are replaced while the application runs.</summary>
public sealed class FileReloadTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly CertificateFolder _folder = new();
    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly FakeLogCollector _log = new();
    private readonly LapiOptions _options = new() { ApiKey = LapiClients.Key };
    private X509Certificate2? _server;
    private TlsLapi? _lapi;
    private ServiceProvider? _services;

    private LapiClient Client { get; set; } = null!;

    private TlsLapi Lapi => _lapi!;

    public async ValueTask InitializeAsync()
    {
        _server = _authority.Issue("CN=lapi", "127.0.0.1");
        _lapi = await TlsLapi.StartAsync(_server);
        (_options.Url, _options.Tls.CaFile) = (_lapi.Url, _folder.Write("ca.pem", _authority.Pem));
        (_options.Tls.CertificateFile, _options.Tls.KeyFile) = (_folder.PathOf("client.pem"), _folder.PathOf("key.pem"));
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddCollector(_log));
        services.AddSingleton<TimeProvider>(_clock);
        services.AddHttpClient(LapiHttpClient.Name).ConfigureForLapi();
        _services = services.BuildServiceProvider();
        Client = new LapiClient(_services.GetRequiredService<IHttpClientFactory>(), LapiClients.SettingsOf(_options), _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _services!.DisposeAsync();
        await Lapi.DisposeAsync();
        _server!.Dispose();
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task ClientCertificate_Renewed_IsUsedWithoutARestart()
    {
        using var first = Renew("CN=first");
        await PullAsync();
        using var second = Renew("CN=second");
        await PullAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        await PullAsync();

        Assert.Equal(["CN=first", "CN=first", "CN=second"], Lapi.Calls.Select(call => call.Subject));
        Assert.Equal(["1131 The changed files of Bouncer:Lapi:Tls are used for new connections."], Lines());
    }

    [Theory]
    [InlineData("client.pem", "CertificateFile", "incomplete or damaged")]
    [InlineData("key.pem", "KeyFile", "incomplete or damaged")]
    [InlineData("ca.pem", "CaFile", "incomplete or damaged")]
    public async Task File_HalfWritten_ChangesNothingAndIsLoggedOnce_UntilItIsComplete(string file, string setting, string problem)
    {
        using var first = Renew("CN=first");
        await PullAsync();
        var whole = await File.ReadAllTextAsync(_folder.PathOf(file), TestContext.Current.CancellationToken);
        _folder.Write(file, whole[..^40]);
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            await PullAsync();
        }

        Assert.Equal(
            [$"1132 A changed file for TLS to LAPI cannot be used: Bouncer:Lapi:Tls:{setting} names '{_folder.PathOf(file)}', which is {problem}. The certificates and keys read before stay in use."],
            Lines());

        using var second = Renew("CN=second");
        _folder.Write("ca.pem", _authority.Pem);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await PullAsync();
        Assert.Equal(["CN=first", "CN=first", "CN=first", "CN=first", "CN=second"], Lapi.Calls.Select(call => call.Subject));
    }

    [Fact]
    public async Task Authority_Replaced_IsTheOnlyOneTrusted()
    {
        using var certificate = Renew("CN=first");
        await PullAsync();
        using var other = new TestAuthority("Other");
        _folder.Write("ca.pem", other.Pem);
        _clock.Advance(TimeSpan.FromSeconds(5));

        var refusal = await Assert.ThrowsAsync<LapiException>(PullAsync);

        Assert.Contains("its certificate comes from an authority that is not in CaFile", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatWasNeverUsable_FailsEachCallUntilItIs()
    {
        var refusal = await Assert.ThrowsAsync<LapiException>(PullAsync);
        using var certificate = Renew("CN=first");
        await PullAsync();

        Assert.Equal(LapiErrorKind.NoCredentials, refusal.Kind);
        Assert.Equal($"Bouncer:Lapi:Tls:CertificateFile names '{_folder.PathOf("client.pem")}', which does not exist.", refusal.Message);
    }

    [Fact]
    public async Task ClientCertificate_Expired_IsSentAndLogged()
    {
        using var certificate = Renew("CN=late", from: -10, to: -5);
        await PullAsync();

        Assert.StartsWith($"1133 The client certificate for LAPI in {_folder.PathOf("client.pem")} is valid only from ", Lines().Single(), StringComparison.Ordinal);
        Assert.Equal("CN=late", Lapi.Calls.Single().Subject);
    }

    private Task PullAsync() => Client.PullAsync(true, TestContext.Current.CancellationToken);

    private X509Certificate2 Renew(string subject, int from = -1, int to = 30)
    {
        var certificate = _authority.Issue(subject, from: from, to: to);
        _folder.WriteCertificate("client.pem", certificate);
        _folder.WriteKey("key.pem", certificate);
        return certificate;
    }

    private string[] Lines() => [.. _log.GetSnapshot().Where(line => line.Id.Id is >= 1130 and < 1140).Select(line => $"{line.Id.Id} {line.Message}")];
}
