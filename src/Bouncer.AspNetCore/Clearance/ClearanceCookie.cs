using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Clearance;

/// <summary>Lets a client that has proved something continue until its clearance ends: a cookie for one client on one host,
/// readable by any server with the same key ring. It contains nothing by which a visitor could be tracked elsewhere. Its name
/// ends with digits of the client's key: a visitor with two addresses that both have decisions counts as two clients and needs
/// both clearances.</summary>
internal sealed class ClearanceCookie(ClearanceProtector protector, RevokedSessions revoked, TimeProvider time, ILogger<ClearanceCookie> logger)
{
    internal const string Name = "__Host-bouncer";

    /// <summary>The name without the prefix, which browsers accept only over https.</summary>
    internal const string PlainName = "bouncer";

    /// <summary>A second factor has its own cookie: the captcha of a newer decision must not replace it, or the two would alternate
    /// forever.</summary>
    private const string MfaSuffix = "-mfa";

    internal static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    /// <summary>The greatest difference between the clocks of two replicas; a clock set back further does not lengthen a
    /// clearance.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Sixteen bits, in hexadecimal.</summary>
    private const int DigitsLength = 4;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The maximum number of possible tickets that are read per cookie name, as opening one costs something.</summary>
    private const int MostValues = 8;

    /// <summary>The number of clearances that a browser keeps in addition to a new one.</summary>
    private const int MostOthers = 3;

    /// <summary>The maximum number of other clearances that are read when a browser gets one.</summary>
    private const int MostOthersRead = 16;

    private int _warned;

    /// <summary>Whether the client may continue: its clearance is of this level, for this client, host and, if required, user, has
    /// not ended, and was granted for the decision in effect or a newer one.</summary>
    /// <param name="context">The request and the verdict on it.</param>
    /// <param name="level">The required level.</param>
    /// <param name="user">The signed-in user it must have been granted to; null for any.</param>
    /// <param name="task">The required task, if a level can be reached in several ways.</param>
    internal bool Holds(in RemediationContext context, ClearanceLevel level, string? user = null, string? task = null)
    {
        var holder = ClearanceTicket.HolderOf(ClientKey.Of(context.ClientAddress), RequestHost.NameOf(context.HttpContext.Request));
        return HoldsIn(context, holder, level, user, task);
    }

    /// <summary>Grants a clearance to the client of a request.</summary>
    internal bool Grant(
        in RemediationContext context, ClearanceLevel level, DateTimeOffset from, TimeSpan maxAge, string? user = null, string? task = null) =>
        Grant(context.HttpContext, ClearanceHolder.Of(context), level, from, maxAge, user, task);

    /// <summary>Grants a clearance to a client; does nothing if its time is already over.</summary>
    /// <param name="http">The request, whose response has not started.</param>
    /// <param name="holder">The client.</param>
    /// <param name="level">The level that was proved.</param>
    /// <param name="from">The start of its time: when the task was set, so that a solution shown twice gains nothing.</param>
    /// <param name="maxAge">The maximum lifetime, which is also limited to an hour and to the end of the decision.</param>
    /// <param name="user">The signed-in user it is for.</param>
    /// <param name="task">The task that the client solved.</param>
    /// <returns>Whether any time was left.</returns>
    internal bool Grant(
        HttpContext http, in ClearanceHolder holder, ClearanceLevel level, DateTimeOffset from, TimeSpan maxAge, string? user = null, string? task = null)
    {
        var now = time.GetUtcNow();
        var expires = Earlier(from + (maxAge < LongestLife ? maxAge : LongestLife), holder.DecisionEndsAt);
        if (expires <= now)
        {
            return false;
        }

        var request = http.Request;
        var digest = ClearanceTicket.HolderOf(holder.Client, RequestHost.NameOf(request));
        var ticket = new ClearanceTicket(
            level,
            digest,
            ClearanceTicket.DigestOf(user),
            ClearanceTicket.DigestOf(task),
            now.ToUnixTimeMilliseconds(),
            expires.ToUnixTimeMilliseconds(),
            holder.DecisionId);
        var options = OptionsFor(request);
        options.MaxAge = expires - now;
        var prefix = PrefixFor(request, level, task);
        var name = NameFor(prefix, digest);
        DeleteStale(http, prefix, name, now);
        http.Response.Cookies.Append(name, protector.Protect(ticket), options);
        if (!request.IsHttps && Interlocked.Exchange(ref _warned, 1) == 0)
        {
            logger.PlainHttpClearance();
        }

        return true;
    }

    /// <summary>Deletes a level's clearance from a browser, and revokes all that its session has been granted so far.</summary>
    /// <param name="http">The request, whose response has not started.</param>
    /// <param name="level">The level.</param>
    /// <param name="user">The user to whom they were granted, if known: a browser may not send the cookies that it has.</param>
    internal void Revoke(HttpContext http, ClearanceLevel level, string? user)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var newest = now;
        var found = CookieValues.Alike(http.Request.Headers.Cookie, PrefixFor(http.Request, level), DigitsLength, MostOthersRead);
        foreach (var value in found.Select(static one => one.Value).Distinct(StringComparer.Ordinal))
        {
            if (protector.TryUnprotect(value, out var ticket) && ticket.Level == level && now < ticket.ExpiresAt)
            {
                // Another replica, whose clock is ahead, may have granted it. A ticket from further ahead is not accepted anyway.
                newest = long.Max(newest, long.Min(ticket.IssuedAt, now + (long)ClockSkew.TotalMilliseconds));
                revoked.Add(ticket.User, newest);
            }
        }

        foreach (var name in found.Select(static one => one.Name).Distinct(StringComparer.Ordinal))
        {
            http.Response.Cookies.Delete(name, OptionsFor(http.Request));
        }

        if (user is not null)
        {
            revoked.Add(ClearanceTicket.DigestOf(user), newest);
        }
    }

    /// <summary>The name of a clearance's cookie.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The client.</param>
    /// <param name="level">The level.</param>
    internal static string NameFor(HttpRequest request, ClientKey client, ClearanceLevel level = ClearanceLevel.Captcha) =>
        NameFor(PrefixFor(request, level), ClearanceTicket.HolderOf(client, RequestHost.NameOf(request)));

    /// <summary>The prefix of the names of a level's cookies.</summary>
    /// <param name="request">The request.</param>
    /// <param name="level">The level.</param>
    /// <param name="task">The task: each of the application's own challenges has its own cookie.</param>
    internal static string PrefixFor(HttpRequest request, ClearanceLevel level = ClearanceLevel.Captcha, string? task = null) =>
        (request.IsHttps ? Name : PlainName) + level switch
        {
            ClearanceLevel.Mfa => MfaSuffix + "-",
            ClearanceLevel.Custom => $"-x{Digits16(ClearanceTicket.DigestOf(task))}-",
            _ => "-",
        };

    private static string NameFor(string prefix, UInt128 holder) => prefix + Digits16(holder);

    private static string Digits16(UInt128 digest) => ((ushort)digest).ToString("x4", CultureInfo.InvariantCulture);

    private bool HoldsIn(in RemediationContext context, UInt128 holder, ClearanceLevel level, string? user, string? task)
    {
        var request = context.HttpContext.Request;
        var name = NameFor(PrefixFor(request, level, task), holder);
        var values = new Values();
        var count = CookieValues.Find(request.Headers.Cookie, name, values, out var isAny);
        var isAnyOurs = false;
        foreach (var text in ((ReadOnlySpan<string?>)values)[..count])
        {
            if (protector.TryUnprotect(text!, out var ticket))
            {
                isAnyOurs = true;
                if (IsFor(ticket, context, holder, level, user, task))
                {
                    return true;
                }
            }
        }

        if (isAny && !isAnyOurs)
        {
            context.HttpContext.Response.Cookies.Delete(name, OptionsFor(request));
        }

        return false;
    }

    /// <summary>Deletes clearances of other clients that have ended, are damaged, or are more than a browser needs: one that
    /// changes networks gets one in each.</summary>
    private void DeleteStale(HttpContext http, string prefix, string name, DateTimeOffset now)
    {
        var others = CookieValues.Alike(http.Request.Headers.Cookie, prefix, DigitsLength, MostOthersRead)
            .Where(other => other.Name != name && !other.Name.AsSpan()[^DigitsLength..].ContainsAnyExcept(Digits))
            .Select(other => (other.Name, IssuedAt: IssuedAtOf(other.Value, now)))
            .OrderByDescending(static other => other.IssuedAt ?? long.MinValue)
            .ToArray();
        for (var at = 0; at < others.Length; at++)
        {
            if (at >= MostOthers || others[at].IssuedAt is null)
            {
                http.Response.Cookies.Delete(others[at].Name, OptionsFor(http.Request));
            }
        }
    }

    /// <summary>When a clearance was granted; null if it is invalid or has ended.</summary>
    private long? IssuedAtOf(string text, DateTimeOffset now) =>
        protector.TryUnprotect(text, out var ticket) && now.ToUnixTimeMilliseconds() < ticket.ExpiresAt ? ticket.IssuedAt : null;

    private bool IsFor(in ClearanceTicket ticket, in RemediationContext context, UInt128 holder, ClearanceLevel level, string? user, string? task)
    {
        var now = time.GetUtcNow();
        return ticket.Level == level
            && (task is null || ticket.Task == ClearanceTicket.DigestOf(task))
            && ticket.Holder == holder
            && (user is null || ticket.User == ClearanceTicket.DigestOf(user))
            && (ticket.User == default || !revoked.Has(ticket.User, ticket.IssuedAt))
            && now.ToUnixTimeMilliseconds() < ticket.ExpiresAt
            && (now + ClockSkew).ToUnixTimeMilliseconds() >= ticket.IssuedAt
            && (context.Verdict.Decision?.Id ?? 0) <= ticket.DecisionId;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static CookieOptions OptionsFor(HttpRequest request) => new()
    {
        Secure = request.IsHttps,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
    };

    [InlineArray(MostValues)]
    private struct Values
    {
        private string? _first;
    }
}
