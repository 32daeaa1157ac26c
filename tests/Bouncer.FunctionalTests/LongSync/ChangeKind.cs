using System.Net;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.LongSync;

/// <summary>A way in which a decision comes or goes.</summary>
internal sealed record ChangeKind(string Name, HttpStatusCode Result)
{
    /// <summary>How long the gateway may take.</summary>
    public TimeSpan Limit => Result == HttpStatusCode.Forbidden ? Polls.Added : Polls.Released;

    public static ChangeKind Imported { get; } = new("imported with 5,000", HttpStatusCode.Forbidden);

    public static ChangeKind AddedByCscli { get; } = new("added with cscli", HttpStatusCode.Forbidden);

    public static ChangeKind AddedByAgent { get; } = new("added as an agent does", HttpStatusCode.Forbidden);

    public static ChangeKind DeletedById { get; } = new("deleted by id", HttpStatusCode.OK);

    public static ChangeKind DeletedByValue { get; } = new("deleted by value", HttpStatusCode.OK);

    public static ChangeKind AlertDeleted { get; } = new("alert deleted", HttpStatusCode.OK);

    public static ChangeKind ImportDeleted { get; } = new("import deleted by scenario", HttpStatusCode.OK);

    public static ChangeKind ImportAlertDeleted { get; } = new("import's alert deleted", HttpStatusCode.OK);
}
