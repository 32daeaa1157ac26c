using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.Tests.AppSec;

/// <summary>Counts the memory of the process, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(AppSecUploadMemoryTests), DisableParallelization = true)]
[Collection(nameof(AppSecUploadMemoryTests))]
public sealed class AppSecUploadMemoryTests
{
    [Fact]
    public async Task UploadOfAGigabyte_TakesNoMoreThanTheInspectedPart()
    {
        const long length = 1_000_000_000;
        var most = 0L;
        await using var site = await InspectedSite.StartAsync(pipeline: app =>
        {
            app.Use((context, next) =>
            {
                context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
                return next(context);
            });
            TestSite.DefaultPipeline(app);
            app.MapPost("/discard", async (HttpContext context) =>
            {
                var read = 0L;
                var buffer = new byte[64 * 1024];
                while (await context.Request.Body.ReadAsync(buffer) is var count and > 0)
                {
                    if (read / 10_000_000 != (read + count) / 10_000_000)
                    {
                        most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
                    }

                    read += count;
                }

                return read;
            });
        });
        using var small = await site.PostAsync("/discard", InspectedSite.Bytes(100));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        using var response = await site.PostAsync("/discard", new StreamContent(new Zeros(length)));

        Assert.Equal($"{length}", await response.Content.ReadAsStringAsync());
        Assert.Equal(10 * 1024 * 1024, site.AppSec.Requests[^1].Body.Length);

        // The inspected part is here three times: in the bouncer, and in what the stand-in reads and records.
        Assert.InRange(most - before, 1, 100_000_000);
    }
}
