namespace Bouncer.TestUtils;

// A temporary folder with everything one CrowdSec writes or is told.
internal sealed class CrowdSecFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("bouncers-crowdsec-");

    public CrowdSecFolder(string package, int port, CrowdSecTls? tls = null)
    {
        CopyFolder(Path.Combine(package, "etc", "crowdsec"), In("etc"));
        Array.ForEach(["data", "hub", "plugins", "logs"], name => Directory.CreateDirectory(In(name)));
        File.WriteAllText(Config, $"""
            common:
              daemonize: false
              log_media: file
              log_level: info
              log_dir: {In("logs")}
              working_dir: {_root.FullName}
            config_paths:
              config_dir: {In("etc")}
              data_dir: {In("data")}
              simulation_path: {In("etc")}/simulation.yaml
              hub_dir: {Path.Combine(package, "usr", "share", "crowdsec", "hub")}
              index_path: {In("hub")}/.index.json
              notification_dir: {In("etc")}/notifications
              plugin_dir: {In("plugins")}
            cscli:
              output: raw
            db_config:
              log_level: info
              type: sqlite
              use_wal: true
              db_path: {Database}
            api:
              client:
                insecure_skip_verify: {(tls is null ? "false" : "true")}
                credentials_path: {In("etc")}/local_api_credentials.yaml
              server:
                log_level: info
                listen_uri: 127.0.0.1:{port}
                profiles_path: {In("etc")}/profiles.yaml
                console_path: {In("etc")}/console.yaml{tls?.Yaml}
            prometheus:
              enabled: false
            """);
    }

    public string Root => _root.FullName;

    public string Config => In("config.yaml");

    public string Database => Path.Combine(In("data"), "crowdsec.db");

    public string ReadLogs() => string.Join('\n', Directory.GetFiles(In("logs")).Select(File.ReadAllText));

    public void Dispose() => _root.Delete(recursive: true);

    private string In(string name) => Path.Combine(_root.FullName, name);

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
