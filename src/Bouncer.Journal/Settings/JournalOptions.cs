using System.ComponentModel.DataAnnotations;

namespace Bouncer.Journal;

/// <summary>The journal of remediations; section <c>Bouncer:Journal</c>. Takes effect at the next start.</summary>
public sealed class JournalOptions
{
    /// <summary>The file of the SQLite database, in a folder that exists; relative to the working directory. Each instance needs its
    /// own. On Unix it is created with mode 0600.</summary>
    /// <value>The default is <c>bouncer-journal.db</c>. Not used if <see cref="PostgreSql"/> is set.</value>
    public string Path { get; set; } = "bouncer-journal.db";

    /// <summary>The connection string of a PostgreSQL database, as Npgsql reads it, which many instances can share. The tables are created
    /// at the first start.</summary>
    /// <value>When null: SQLite is used.</value>
    public string? PostgreSql { get; set; }

    /// <summary>After how many months entries are deleted, in addition to the steps before: after 3 months an entry has the network of 16
    /// addresses (IPv6: /56) and a quarter of the day, after 6 the /24 (/48) and the day, after 12 the week.</summary>
    /// <value>The default is 24; from 0 to 1200. With 0, the last step is kept.</value>
    [Range(0, 1200)]
    public int DeleteAfterMonths { get; set; } = 24;
}
