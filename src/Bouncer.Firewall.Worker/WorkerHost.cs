using Bouncer;
using Bouncer.Firewall;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Worker;

/// <summary>Creates the host that all verbs share, with the sources of settings and the log providers.</summary>
internal static class WorkerHost
{
    private const string SystemSettings = "/etc/bouncers/firewall-worker.json";

    // Settings are read once; files are not watched, to keep the program small.
    public static HostApplicationBuilder CreateBuilder(FileInfo? settings, IEnumerable<KeyValuePair<string, string?>> fixedSettings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSettings(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
        if (settings is not null)
        {
            builder.Configuration.AddSettings(settings.FullName, optional: false);
        }
        else if (OperatingSystem.IsLinux())
        {
            builder.Configuration.AddSettings(SystemSettings, optional: true);
        }

        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddSystemdCredential();

        // There are no requests that have to wait for the first decisions, and a waiting start could not be stopped.
        builder.Configuration.AddInMemoryCollection(fixedSettings.Append(new("Bouncer:Sync:Startup", nameof(StartupPolicy.AllowUntilReady))));
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Services.AddBouncerCore(builder.Configuration.GetSection("Bouncer")).AddFirewall();
        return builder;
    }

    // Errors in the settings or the system are thrown here. If the host found them during its start, it would log them as a crash
    // with a stack trace.
    public static IFirewall FindFirewall(this IHost host)
    {
        host.Services.GetRequiredService<IStartupValidator>().Validate();
        return host.Services.GetRequiredService<IFirewall>();
    }

    // Under systemd, the journal adds the time, and reads the severity of a line from its first characters.
    public static void LogForService(this HostApplicationBuilder builder)
    {
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null)
        {
            builder.Logging.AddSystemdConsole();
            return;
        }

        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "yyyy-MM-dd HH:mm:ss "));
        if (OperatingSystem.IsWindows())
        {
            builder.Logging.AddEventLog();
        }
    }

    // Standard output is for the verb's result; only warnings and errors are logged, to standard error. The verb reports what
    // happens to the firewall.
    public static void LogForPeople(this HostApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
        builder.Logging.AddFilter<ConsoleLoggerProvider>("Bouncer.Firewall.Enforcement", LogLevel.None);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    // Errors in a file are reported with its full path, which the framework's messages do not contain.
    private static void AddSettings(this ConfigurationManager configuration, string path, bool optional)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a folder, and no file of settings.");
        }

        if (!optional && !File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file {path}.");
        }

        configuration.AddJsonFile(path, optional, reloadOnChange: false);
    }

    private static void AddSystemdCredential(this ConfigurationManager configuration)
    {
        var lapi = configuration.GetSection("Bouncer:Lapi");
        if (string.IsNullOrWhiteSpace(lapi["ApiKey"]) && string.IsNullOrWhiteSpace(lapi["ApiKeyFile"])
            && Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder
            && Path.Combine(folder, "lapi-key") is var key && File.Exists(key))
        {
            configuration.AddInMemoryCollection([new("Bouncer:Lapi:ApiKeyFile", key)]);
        }
    }
}
