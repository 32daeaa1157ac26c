using System.Globalization;
using System.Text;
using Bouncer.Testing.Api;

namespace Bouncer.Testing.AppSec;

/// <summary>A reply as AppSec writes it: what is empty is left out, and headers are sorted.</summary>
internal static class AppSecReplyJson
{
    public static string Write(AppSecReply reply)
    {
        var json = GoJson.AppendString(new StringBuilder("{\"action\":"), reply.Action)
            .Append(CultureInfo.InvariantCulture, $",\"http_status\":{reply.HttpStatus}");
        if (reply.Body.Length > 0)
        {
            GoJson.AppendString(json.Append(",\"user_body_content\":"), reply.Body);
        }

        if (reply.Cookies.Count > 0)
        {
            AppendList(json.Append(",\"user_cookies\":"), reply.Cookies);
        }

        if (reply.Headers.Count > 0)
        {
            var separator = ",\"user_headers\":{";
            foreach (var (name, values) in reply.Headers.OrderBy(header => header.Key, StringComparer.Ordinal))
            {
                AppendList(GoJson.AppendString(json.Append(separator), name).Append(':'), values);
                separator = ",";
            }

            json.Append('}');
        }

        return json.Append('}').ToString();
    }

    private static void AppendList(StringBuilder json, IReadOnlyList<string> values)
    {
        json.Append('[');
        for (var i = 0; i < values.Count; i++)
        {
            GoJson.AppendString(i == 0 ? json : json.Append(','), values[i]);
        }

        json.Append(']');
    }
}
