using System.Net;
using System.Text.RegularExpressions;
using Bouncer.FunctionalTests.Programs;

namespace Bouncer.FunctionalTests;

/// <summary>tests/Identity.Site takes no form that a page of another site sends.</summary>
public sealed partial class IdentityFormTests
{
    [Theory]
    [InlineData("/logout")]
    [InlineData("/demand")]
    public async Task Form_WithoutTheRightToken_DoesNothing(string form)
    {
        await using var site = await IdentitySite.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(site.Url) };
        var page = await http.GetStringAsync("/register");
        await PostAsync(http, "/register", TokenOf(page), ("name", "alice"), ("password", "Correct-horse-1"));

        page = await http.GetStringAsync("/");
        Assert.Contains("alice", page, StringComparison.Ordinal);
        foreach (var token in new[] { null, "wrong" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(http, form, token));
        }

        using (var bare = await http.PostAsync(form, content: null))
        {
            Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
        }

        Assert.Contains("alice", await http.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(form == "/logout" ? HttpStatusCode.Redirect : HttpStatusCode.OK, await PostAsync(http, form, TokenOf(page)));
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string path, string? token, params (string Name, string Value)[] fields)
    {
        var form = fields.ToDictionary(field => field.Name, field => field.Value);
        form.Add("other", "field");
        if (token is not null)
        {
            form.Add("__RequestVerificationToken", token);
        }

        using var content = new FormUrlEncodedContent(form);
        using var answer = await http.PostAsync(path, content);
        return answer.StatusCode;
    }

    private static string TokenOf(string page) => Token().Match(page).Groups[1].Value;

    [GeneratedRegex("__RequestVerificationToken\" value=\"([^\"]+)")]
    private static partial Regex Token();
}
