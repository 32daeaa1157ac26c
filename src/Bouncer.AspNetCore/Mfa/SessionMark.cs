using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Distinguishes the sessions of different sign-ins: a random text that the session's own cookie contains and keeps when
/// it is renewed. A feature of the request in which the session begins.</summary>
/// <param name="text">The text.</param>
internal sealed class SessionMark(string text)
{
    private const string Item = ".bouncer.session";
    private const int Length = 16;

    internal string Text => text;

    /// <summary>Marks a session that is signed in, unless it is being renewed.</summary>
    internal static void Put(HttpContext context, AuthenticationProperties session)
    {
        if (Read(session) is { } text)
        {
            context.Features.Set(new SessionMark(text));
        }
        else
        {
            session.Items[Item] = Of(context).Text;
        }
    }

    internal static string? Read(AuthenticationProperties? session) => session?.Items.TryGetValue(Item, out var text) == true ? text : null;

    /// <summary>The mark of the session that begins in a request; the same for all schemes that are signed in to.</summary>
    private static SessionMark Of(HttpContext context)
    {
        if (context.Features.Get<SessionMark>() is not { } mark)
        {
            mark = new SessionMark(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Length)));
            context.Features.Set(mark);
        }

        return mark;
    }
}
