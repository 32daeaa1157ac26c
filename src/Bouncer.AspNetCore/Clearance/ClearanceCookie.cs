using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Clearance;

/// <summary>Lets a client go on that has proved something, until the clearance ends: a cookie for one client on one host,
/// which any server with the same key ring can read. It holds nothing that follows a visitor elsewhere. Its name ends with digits
/// of the client's: a visitor with two addresses that are both decided on is two clients, and needs both clearances.</summary>
internal sealed class ClearanceCookie(ClearanceProtector protector, RevokedSessions revoked, TimeProvider time, ILogger<ClearanceCookie> logger)
{
    internal const string Name = "__Host-bouncer";

    /// <summary>Browsers take the prefix over https only.</summary>
    internal const string PlainName = "bouncer";

    /// <summary>A second factor has a cookie of its own: the captcha of a newer decision must not take its place, or the two would
    /// ask in turn for ever.</summary>
    private const string MfaSuffix = "-mfa";

    internal static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    /// <summary>By how much the clocks of two replicas may differ; a clock set back further does not lengthen a clearance.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Sixteen bits, in hexadecimal.</summary>
    private const int DigitsLength = 4;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>So many cookies of one name are looked at that may be tickets, for opening one costs something.</summary>
    private const int MostValues = 8;

    /// <summary>So many clearances a browser keeps besides the one that it gets.</summary>
    private const int MostOthers = 3;

    /// <summary>So many others are looked at when a browser gets one.</summary>
    private const int MostLookedAt = 16;

    private int _warned;

    /// <summary>Whether the client may go on: its clearance is of this level, for this client, host and,
    /// if one is asked for, user, has not ended, and was made in spite of the decision in force or a newer one.</summary>
    /// <param name="context">The request and the verdict on it.</param>
    /// <param name="level">What is asked for.</param>
    /// <param name="user">The signed-in user it must have been made for; null for whomever.</param>
    /// <param name="task">What must have been asked, where a level is reached in several ways.</param>
    internal bool Holds(in RemediationContext context, ClearanceLevel level, string? user = null, string? task = null)
    {
        var holder = ClearanceTicket.HolderOf(ClientKey.Of(context.ClientAddress), RequestHost.NameOf(context.HttpContext.Request));
        return HoldsIn(context, holder, level, user, task);
    }

    /// <summary>Lets the client of a request go on from now on.</summary>
    internal bool Grant(
        in RemediationContext context, ClearanceLevel level, DateTimeOffset from, TimeSpan maxAge, string? user = null, string? task = null) =>
        Grant(context.HttpContext, ClearanceHolder.Of(context), level, from, maxAge, user, task);

    /// <summary>Lets a client go on from now on; nothing if the time is over already.</summary>
    /// <param name="http">The request, whose response has not started.</param>
    /// <param name="holder">The client.</param>
    /// <param name="level">What was proved.</param>
    /// <param name="from">From when its time counts: when the task was set, so that a solution shown twice gains nothing.</param>
    /// <param name="maxAge">How long it lasts at most; no longer than an hour, nor than the decision.</param>
    /// <param name="user">The signed-in user it is for.</param>
    /// <param name="task">What was asked of the client.</param>
    /// <returns>Whether there was time left.</returns>
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

    /// <summary>Takes a level's clearance from a browser, and its worth from all that its session was granted until now.</summary>
    /// <param name="http">The request, whose response has not started.</param>
    /// <param name="level">The level.</param>
    /// <param name="user">For whom they were made, if that is known: a browser need not send what it has.</param>
    internal void Revoke(HttpContext http, ClearanceLevel level, string? user)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = CookieValues.Alike(http.Request.Headers.Cookie, PrefixFor(http.Request, level), DigitsLength, MostLookedAt);
        foreach (var value in found.Select(static one => one.Value).Distinct(StringComparer.Ordinal))
        {
            if (protector.TryUnprotect(value, out var ticket) && ticket.Level == level && now < ticket.ExpiresAt)
            {
                revoked.Add(ticket.User);
            }
        }

        foreach (var name in found.Select(static one => one.Name).Distinct(StringComparer.Ordinal))
        {
            http.Response.Cookies.Delete(name, OptionsFor(http.Request));
        }

        if (user is not null)
        {
            revoked.Add(ClearanceTicket.DigestOf(user));
        }
    }

    /// <summary>The name of a clearance's cookie.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The client.</param>
    /// <param name="level">What was proved.</param>
    internal static string NameFor(HttpRequest request, ClientKey client, ClearanceLevel level = ClearanceLevel.Captcha) =>
        NameFor(PrefixFor(request, level), ClearanceTicket.HolderOf(client, RequestHost.NameOf(request)));

    /// <summary>How the names of a level's cookies begin.</summary>
    /// <param name="request">The request.</param>
    /// <param name="level">The level.</param>
    /// <param name="task">What was asked: challenges of the application's own have a cookie each.</param>
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

    /// <summary>Deletes clearances of other clients that are over, damaged, or more than a browser needs: one that changes networks
    /// gets one in each.</summary>
    private void DeleteStale(HttpContext http, string prefix, string name, DateTimeOffset now)
    {
        var others = CookieValues.Alike(http.Request.Headers.Cookie, prefix, DigitsLength, MostLookedAt)
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

    /// <summary>When a clearance was made; null if it is none, or over.</summary>
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
