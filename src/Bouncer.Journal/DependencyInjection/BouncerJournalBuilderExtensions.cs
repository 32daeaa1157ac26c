using Bouncer;
using Bouncer.AspNetCore;
using Bouncer.Configuration;
using Bouncer.Journal;
using Bouncer.Journal.Reading;
using Bouncer.Journal.Retention;
using Bouncer.Journal.Settings;
using Bouncer.Journal.Storage;
using Bouncer.Journal.Telemetry;
using Bouncer.Journal.Writing;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a journal to a bouncer.</summary>
public static class BouncerJournalBuilderExtensions
{
    /// <summary>Adds a journal of what decisions did to visitors, in SQLite or PostgreSQL. Entries become less exact with time, and are
    /// deleted in the end: see <see cref="JournalOptions.DeleteAfterMonths"/>. <see cref="IJournal"/> reads it.</summary>
    /// <remarks>The settings are read from section <c>Journal</c> of the builder's section, then changed by <paramref name="configure"/>.
    /// Calling it again adds settings and registers nothing twice. No request waits for the database: while it fails, events wait in
    /// memory, and those that find no room are dropped and counted.</remarks>
    /// <param name="builder">The builder that <c>AddBouncer</c> returned.</param>
    /// <param name="configure">Sets options after the configuration was read.</param>
    public static IBouncerBuilder AddJournal(this IBouncerBuilder builder, Action<JournalOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (builder.Section is { } section)
        {
            services.BindSection<JournalOptions>(section, "Journal", JournalOptionsSection.Bind);
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.Any(static service => service.ServiceType == typeof(JournalQueue)))
        {
            return builder;
        }

        services.AddOptionsWithValidateOnStart<JournalOptions>();
        services.AddSingleton<IValidateOptions<JournalOptions>, JournalOptionsValidator>();
        services.AddSingleton<JournalMetrics>();
        services.AddSingleton<JournalQueue>();
        services.AddSingleton<IRemediationSink>(static provider => provider.GetRequiredService<JournalQueue>());
        services.AddSingleton(static provider => Open(provider.GetRequiredService<IOptions<JournalOptions>>().Value));
        services.AddSingleton<IJournal, JournalReader>();
        services.AddSingleton<RetentionLadder>();
        services.AddHostedService<JournalWriter>();
        services.AddHostedService<RetentionService>();
        services.AddSingleton(new AdapterSection("Journal") { IsReadOnce = true, Keys = [.. SettingsSchema.KeysBelow(SettingsSchema.Root)] });
        return builder;
    }

    private static IJournalStore Open(JournalOptions options) =>
        options.PostgreSql is { } connection ? new PostgreSqlJournalStore(connection) : new SqliteJournalStore(options.Path);
}
