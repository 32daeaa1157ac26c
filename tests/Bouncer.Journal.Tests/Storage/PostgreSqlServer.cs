using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Bouncer.TestUtils;
using Npgsql;

[assembly: AssemblyFixture(typeof(Bouncer.Journal.Tests.Storage.PostgreSqlServer))]

namespace Bouncer.Journal.Tests.Storage;

/// <summary>A real PostgreSQL on a loopback port, started by the first test that needs it, with a folder of its own.</summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("postgresql");
    private readonly SemaphoreSlim _starting = new(1);
    private readonly int _port = FreePort.Take();
    private Process? _process;
    private int _databases;

    /// <summary>Creates a database, and returns the connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await StartAsync();
        var name = $"journal{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(To("postgres"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return To(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        NpgsqlConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        _starting.Dispose();
    }

    private string To(string database) => $"Host=127.0.0.1;Port={_port};Username=bouncer;Database={database}";

    private async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_process is null)
            {
                var programs = RequiredPart.PostgreSql.PathOrSkip();
                var data = Path.Combine(_folder.FullName, "data");
                var (certificate, key) = WriteTls();
                if (Environment.IsPrivilegedProcess)
                {
                    // It refuses to run as root. Its package has the user.
                    await RunAsync("chown", "-R", "postgres", _folder.FullName);
                }

                await RunAsync(Path.Combine(programs, "initdb"), "-D", data, "-A", "trust", "-U", "bouncer", "-E", "UTF8", "--no-sync");
                _process = Start(Path.Combine(programs, "postgres"), "-D", data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off",
                    "-c", "ssl=on", "-c", $"ssl_cert_file={certificate}", "-c", $"ssl_key_file={key}");
                _process.BeginOutputReadLine();
                _process.BeginErrorReadLine();
                await Eventually.TrueAsync(AnswersAsync, s_deadline, "PostgreSQL answers");
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    private (string Certificate, string Key) WriteTls()
    {
        using var authority = new TestAuthority();
        using var issued = authority.Issue("CN=postgresql", "127.0.0.1");
        using var key = issued.GetECDsaPrivateKey()!;
        var (certificatePath, keyPath) = (Path.Combine(_folder.FullName, "server.crt"), Path.Combine(_folder.FullName, "server.key"));
        File.WriteAllText(certificatePath, issued.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return (certificatePath, keyPath);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(To("postgres"));
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var result = await ProgramResult.OfAsync(process, s_deadline);
        Assert.True(result.ExitCode == 0, result.Errors);
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = Environment.IsPrivilegedProcess && program != "chown"
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError, start.WorkingDirectory) = (true, true, "/");
        return Process.Start(start)!;
    }
}
