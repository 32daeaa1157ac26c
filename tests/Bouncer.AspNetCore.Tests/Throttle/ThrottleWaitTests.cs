using System.Net;
using System.Threading.RateLimiting;
using Bouncer.AspNetCore.Tests.Responses;
using Bouncer.AspNetCore.Throttle;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Tests.Throttle;

/// <summary>How long a throttled client is told to wait.</summary>
public sealed class ThrottleWaitTests
{
    [Theory]
    [InlineData(null, WaitUnit.Unknown, 0)]
    [InlineData(1L, WaitUnit.Second, 1)]
    [InlineData(2L, WaitUnit.Seconds, 2)]
    [InlineData(119L, WaitUnit.Seconds, 119)]
    [InlineData(120L, WaitUnit.Minutes, 2)]
    [InlineData(121L, WaitUnit.Minutes, 3)]
    [InlineData(180L, WaitUnit.Minutes, 3)]
    [InlineData(7199L, WaitUnit.Minutes, 120)]
    [InlineData(7200L, WaitUnit.Hours, 2)]
    [InlineData(7201L, WaitUnit.Hours, 3)]
    [InlineData(86_400L, WaitUnit.Hours, 24)]
    public void Wait_OfSeconds_IsNeverTooShort(long? seconds, object unit, long number) =>
        Assert.Equal(new Wait((WaitUnit)unit, number), Wait.Of(seconds));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(TimeSpan.TicksPerSecond, 1)]
    [InlineData(TimeSpan.TicksPerSecond + 1, 2)]
    [InlineData(-5, 1)]
    [InlineData(long.MaxValue, 922_337_203_686)]
    public void WholeSeconds_OfAnyTime_AreRoundedUp(long ticks, long seconds) => Assert.Equal(seconds, WholeSeconds.Of(new TimeSpan(ticks)));

    [Theory]
    [InlineData("en", 1, "Try again in 1 second.")]
    [InlineData("en", 12, "Try again in 12 seconds.")]
    [InlineData("en", 120, "Try again in 2 minutes.")]
    [InlineData("en", 86_400, "Try again in 24 hours.")]
    [InlineData("de", 1, "Sie können die Seite in einer Sekunde neu laden.")]
    [InlineData("de", 12, "Sie können die Seite in 12 Sekunden neu laden.")]
    [InlineData("de", 120, "Sie können die Seite in 2 Minuten neu laden.")]
    [InlineData("de", 86_400, "Sie können die Seite in 24 Stunden neu laden.")]
    [InlineData("es", 1, "Podrá volver a cargar la página dentro de un segundo.")]
    [InlineData("es", 12, "Podrá volver a cargar la página dentro de 12 segundos.")]
    [InlineData("es", 120, "Podrá volver a cargar la página dentro de 2 minutos.")]
    [InlineData("es", 86_400, "Podrá volver a cargar la página dentro de 24 horas.")]
    [InlineData("fr", 1, "Vous pourrez recharger la page dans une seconde.")]
    [InlineData("fr", 12, "Vous pourrez recharger la page dans 12 secondes.")]
    [InlineData("fr", 120, "Vous pourrez recharger la page dans 2 minutes.")]
    [InlineData("fr", 86_400, "Vous pourrez recharger la page dans 24 heures.")]
    [InlineData("sv", 1, "Du kan ladda om sidan om en sekund.")]
    [InlineData("sv", 12, "Du kan ladda om sidan om 12 sekunder.")]
    [InlineData("sv", 120, "Du kan ladda om sidan om 2 minuter.")]
    [InlineData("sv", 86_400, "Du kan ladda om sidan om 24 timmar.")]
    public async Task Page_SaysHowLong_InTheVisitorsWords(string language, int seconds, string expected)
    {
        await using var site = await PagesSite.StartAsync(window: TimeSpan.FromSeconds(seconds));
        var (answer, body) = await site.GetAsync("throttle", language);
        using (answer)
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), answer.Headers.RetryAfter?.Delta);
            Assert.Contains($"<p>{expected}</p>", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Text_SaysHowLong_AndTheDocumentLeavesItToTheHeader()
    {
        await using var site = await PagesSite.StartAsync(window: TimeSpan.FromMinutes(5));
        var (answer, text) = await site.GetAsync("throttle", "de", "text/plain");
        answer.Dispose();
        Assert.Equal("Too many requests. Try again in 5 minutes.\n", text);
        var (document, problem) = await site.GetAsync("throttle", "de", "application/json");
        Assert.Equal(TimeSpan.FromMinutes(5), document.Headers.RetryAfter?.Delta);
        document.Dispose();
        Assert.DoesNotContain("minutes", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LimiterThatTellsNoTime_PageAndTextSayNothingOfIt()
    {
        await using var none = PartitionedRateLimiter.Create<HttpContext, int>(static _ => RateLimitPartition.GetConcurrencyLimiter(
            0, static _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 }));
        using var held = none.AttemptAcquire(new DefaultHttpContext());
        await using var site = await PagesSite.StartAsync(http => http.Policy("default").ThrottleLimiter = none);
        var (answer, body) = await site.GetAsync("throttle", "fr");
        using (answer)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            Assert.Null(answer.Headers.RetryAfter);
            Assert.Contains("<p>Patientez un peu, puis rechargez la page.</p>", body, StringComparison.Ordinal);
        }

        var (plain, text) = await site.GetAsync("throttle", accept: "text/plain");
        plain.Dispose();
        Assert.Equal("Too many requests. Wait a little, then try again.\n", text);
    }
}
