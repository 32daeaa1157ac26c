using System.IO.Compression;
using System.Net;
using System.Text;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.AppSec;

/// <summary>Bodies in a form in which AppSec finds nothing, but an application may.</summary>
public sealed class AppSecUnreadableBodyTests
{
    private const string Form = "application/x-www-form-urlencoded";

    public static TheoryData<string, string, string> Hidden { get; } = new()
    {
        { "/form", Form + "; charset=utf-16", "utf-16" },
        { "/form", Form + "; charset=utf-8; Charset = \"UTF-16\"", "utf-16" },
        { "/form", Form + ";charset=utf-16be", "utf-16be" },
        { "/form", Form + ";charset=utf-32", "utf-32" },
        { "/form", Form + ";charset=utf-7", "utf-8" },
        { "/form", Form + ";charset=IBM037", "utf-8" },
        { "/json", "application/json; charset=utf-16", "utf-16" },
        { "/json", "application/problem+json; charset=unicode", "utf-16" },
        { "/text", "text/plain", "utf-16 with mark" },
        { "/text", "", "utf-16be with mark" },
        { "/text", "application/soap+xml", "utf-16" },
        { "/text", "application/json", "utf-32be" },
        { "/text", "text/xml; nonsense; ;", "utf-16 with mark" },
    };

    [Theory]
    [MemberData(nameof(Hidden))]
    public async Task Text_ThatAppSecCannotRead_IsRefused(string path, string type, string encoding)
    {
        await using var site = await StartAsync();
        using var response = await site.PostAsync(path, Encoded(path, type, encoding));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Empty(site.AppSec.Requests);
    }

    [Theory]
    [InlineData("/form", Form, "utf-8")]
    [InlineData("/form", Form + "; charset=UTF-8", "utf-8")]
    [InlineData("/form", Form + "; charset=\"us-ascii\"", "utf-8")]
    [InlineData("/form", Form + "; charset=", "utf-8")]
    [InlineData("/form", Form + "; charset=iso-8859-15", "utf-8")]
    [InlineData("/json", "application/json; charset=utf-8", "utf-8")]
    [InlineData("/text", "text/plain; charset=windows-1252", "utf-8 with mark")]
    public async Task Text_ThatAppSecCanRead_IsInspected(string path, string type, string encoding)
    {
        await using var site = await StartAsync();
        using var response = await site.PostAsync(path, Encoded(path, type, encoding));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Single(site.AppSec.Requests);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/octet-stream")]
    [InlineData("application/grpc")]
    public async Task Binary_MayBeginWithAnything(string type)
    {
        await using var site = await StartAsync();
        using var response = await site.PostAsync("/length", Bytes(type, [0xFF, 0xFE, 0, 0, 1]));

        Assert.Equal("5", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"z\"\nContent-Type: text/plain; charset=utf-16", "utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("content-type: text/plain; charset=utf-16\ncontent-disposition: form-data; name=z; filename=", "utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("Content-Disposition: form-data; name=\"z\"", "utf-16 with mark", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("Content-Disposition: form-data; name=\"z\"\nno header", "utf-8", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("Content-Disposition: form-data; name=\"z\"", "utf-8", HttpStatusCode.Forbidden)]
    [InlineData("Content-Disposition: form-data; name=\"z\"; filename=\"a.csv\"\nContent-Type: text/csv; charset=utf-16", "utf-16 with mark", HttpStatusCode.OK)]
    public async Task Multipart_IsReadPartByPart(string headers, string encoding, HttpStatusCode expected)
    {
        await using var site = await StartAsync();
        var parts = Encoding.ASCII.GetBytes("--b\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b\n".ReplaceLineEndings("\r\n") + headers.ReplaceLineEndings("\r\n") + "\r\n\r\n");
        using var response = await site.PostAsync("/form", Bytes("multipart/form-data; boundary=b", [.. parts, .. BytesOf("evilbody", encoding), .. "\r\n--b--\r\n"u8]));

        Assert.Equal(expected, response.StatusCode);
    }

    /// <summary>As a form of ASP.NET Core by default: reading tiny parts takes longer than sending them.</summary>
    [Theory]
    [InlineData(1024, 16, HttpStatusCode.OK)]
    [InlineData(1025, 1, HttpStatusCode.UnsupportedMediaType)]
    [InlineData(1, 17, HttpStatusCode.UnsupportedMediaType)]
    public async Task Multipart_HasLimits(int parts, int headers, HttpStatusCode expected)
    {
        await using var site = await StartAsync();
        var names = string.Concat(Enumerable.Range(1, headers - 1).Select(i => $"X-{i}: 1\r\n"));
        var part = $"--b\r\nContent-Disposition: form-data; name=a\r\n{names}\r\n1\r\n";
        using var response = await site.PostAsync("/form", Bytes("multipart/form-data; boundary=b", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(part, parts)) + "--b--\r\n")));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("gzip", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("identity, br", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("identity", HttpStatusCode.Forbidden)]
    public async Task ContentEncoding_HidesNothing(string coding, HttpStatusCode expected)
    {
        await using var site = await StartAsync();
        var body = Bytes(Form, "z=evilbody"u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        using var response = await site.PostAsync("/form", body);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task RequestDecompression_BeforeTheBouncer_IsInspected()
    {
        await using var site = await StartAsync(bouncer: builder => builder.Services.AddRequestDecompression(), decompress: true);
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync("z=evilbody"u8.ToArray());
        }

        var body = Bytes(Form, packed.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Encoding", "gzip");
        using var response = await site.PostAsync("/form", body);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("z=evilbody"u8.ToArray(), site.Inspected.Body);
    }

    [Theory]
    [InlineData(AppSecBodyAction.Partial, 20)]
    [InlineData(AppSecBodyAction.HeadersOnly, 0)]
    [InlineData(AppSecBodyAction.Allow, -1)]
    public async Task UnreadableBody_IsTreatedAsSet(AppSecBodyAction action, int inspected)
    {
        await using var site = await StartAsync(options => options.UnreadableBody = action);
        using var response = await site.PostAsync("/form", Encoded("/form", Form + "; charset=utf-16", "utf-16"));

        Assert.Equal("evilbody", await response.Content.ReadAsStringAsync());
        Assert.Equal(inspected, site.AppSec.Requests is [var seen] ? seen.Body.Length : -1);
    }

    private static Task<InspectedSite> StartAsync(Action<AppSecOptions>? configure = null, Action<IBouncerBuilder>? bouncer = null, bool decompress = false) =>
        InspectedSite.StartAsync(configure, bouncer, app =>
        {
            if (decompress)
            {
                app.UseRequestDecompression();
            }

            TestSite.DefaultPipeline(app);
            app.MapPost("/form", async (HttpContext context) =>
            {
                var form = await context.Request.ReadFormAsync();
                return form["z"].ToString();
            });
            app.MapPost("/json", (Dictionary<string, string> values) => values["z"]);
            app.MapPost("/text", (Delegate)((HttpContext context) => new StreamReader(context.Request.Body).ReadToEndAsync()));
        });

    private static ByteArrayContent Encoded(string path, string type, string encoding) =>
        Bytes(type, BytesOf(path == "/form" ? "z=evilbody" : "{\"z\":\"evilbody\"}", encoding));

    private static byte[] BytesOf(string text, string encoding)
    {
        var name = encoding.Split(' ');
        var form = name[0] == "utf-32be" ? new UTF32Encoding(bigEndian: true, byteOrderMark: false) : Encoding.GetEncoding(name[0]);
        return [.. name.Length > 1 ? form.GetPreamble() : [], .. form.GetBytes(text)];
    }

    private static ByteArrayContent Bytes(string type, byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        if (type.Length > 0)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return content;
    }
}
