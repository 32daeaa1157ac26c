using System.Net;

namespace Bouncer.Testing.Tests.AppSec;

/// <summary>An answer of AppSec.</summary>
public sealed record AppSecAnswer(HttpStatusCode Status, string Body)
{
    public static AppSecAnswer Allow { get; } = new(HttpStatusCode.OK, """{"action":"allow","http_status":200}""");

    public static AppSecAnswer Ban { get; } = new(HttpStatusCode.Forbidden, """{"action":"ban","http_status":403}""");

    public static AppSecAnswer Empty(HttpStatusCode status) => new(status, "");
}
