using IdentitySite;
using IdentitySite.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
await using var demo = await DemoCrowdSec.StartIfMissingAsync(builder.Configuration);

// Its settings, the claim with the user's name and the path of the step-up page among them, are in appsettings.json.
builder.Services.AddBouncer();

builder.Services.AddDbContext<Accounts>(options => options.UseSqlite(
    builder.Configuration.GetConnectionString("Accounts") ?? $"Data Source={Path.Combine(AppContext.BaseDirectory, "accounts.db")}"));
builder.Services.AddIdentity<IdentityUser, IdentityRole>(options =>
    {
        options.Password.RequiredLength = 12;

        // The first with passkeys.
        options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
    })
    .AddEntityFrameworkStores<Accounts>()
    .AddDefaultTokenProviders();
builder.Services.ConfigureApplicationCookie(cookie => cookie.LoginPath = "/login");
builder.Services.AddAuthorization();
builder.Services.AddAntiforgery();

await using var app = builder.Build();
await using (var scope = app.Services.CreateAsyncScope())
{
    await scope.ServiceProvider.GetRequiredService<Accounts>().Database.EnsureCreatedAsync();
}

app.UseBouncer();
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    return next(context);
});
app.UseStaticFiles();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();

app.MapHome(demo);
app.MapAccount();
app.MapEnrolment();
app.MapPasskeyEnrolment();
app.MapStepUp();
app.MapPasskeyStepUp();
app.Run();
